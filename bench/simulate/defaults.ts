import { settingsFile } from '../../src/library/schema.ts';

/** The product's defaults: what the simulator shows is what an installation gets that sets nothing. */
const { exploration, halfLifeDays } = settingsFile.shape.learning.parse(undefined);

export { exploration as EXPLORATION, halfLifeDays as HALF_LIFE_DAYS };

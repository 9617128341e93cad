#!/usr/bin/env node
/**
 * The command line as it is installed. Plain JavaScript, so that Node need not load its TypeScript parser to find out that
 * what the parser makes of all the rest is kept from the last time (measured: most of what `--help` took).
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside what npm installed, so nobody else can write there; where nobody can write at all, nothing is kept.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/spielbein', import.meta.url)));
await import('./cli.ts');

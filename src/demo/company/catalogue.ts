/** A product as Orvelin's CRM has it. Prices in euros. */
export interface CatalogueProduct {
  sku: string;
  name: string;
  /** Null for what belongs to no family. */
  family: string | null;
  price: number;
  description: string;
  /** How often it is bought, relative to the others. */
  popularity: number;
  /** Pieces usually bought at once, at most. */
  pieces: number;
}

const product = (
  sku: string,
  name: string,
  family: string | null,
  price: number,
  popularity: number,
  pieces: number,
  description: string,
): CatalogueProduct => ({ sku, name, family, price, popularity, pieces, description });

/** What Orvelin Werke sells. The order is part of the product ids: add new ones at the end. */
export const CATALOGUE: readonly CatalogueProduct[] = [
  product(
    'ORV-LX300',
    'Laserdrucker LX 300',
    'Kennzeichnen',
    12_900,
    12,
    2,
    'CO₂-Laser für Karton und Folie',
  ),
  product('ORV-LX500', 'Laserdrucker LX 500', 'Kennzeichnen', 21_500, 6, 2, 'Faserlaser für Metall und Glas'),
  product(
    'ORV-EK20',
    'Etikettierer EK 20',
    'Kennzeichnen',
    6_400,
    9,
    2,
    'Etikettierer für Flaschen und Dosen',
  ),
  product('ORV-TW6', 'Tischwaage TW 6', 'Wägen', 890, 14, 6, 'Tischwaage bis 6 kg, eichfähig'),
  product('ORV-PW60', 'Plattformwaage PW 60', 'Wägen', 2_450, 8, 3, 'Plattformwaage bis 60 kg, IP67'),
  product(
    'ORV-KW2',
    'Kontrollwaage KW 2',
    'Wägen',
    14_800,
    5,
    1,
    'Dynamische Kontrollwaage, 120 Stück je Minute',
  ),
  product('ORV-MG4', 'Messgerät MG 4', 'Messen', 1_690, 12, 4, 'Handmessgerät für vier Größen'),
  product('ORV-FS1', 'Feuchtesensor FS 1', 'Messen', 740, 10, 8, 'Feuchtesensor für Schüttgut'),
  product('ORV-PG8', 'Prüfgerät PG 8', 'Messen', 8_900, 6, 2, 'Dichtheitsprüfung mit acht Kanälen'),
  product('ORV-DP10', 'Dosierpumpe DP 10', 'Dosieren', 1_950, 11, 4, 'Dosierpumpe bis 10 Liter je Stunde'),
  product('ORV-DV', 'Dosierventile DV', 'Dosieren', 185, 8, 24, 'Dosierventile in sechs Nennweiten'),
  product('ORV-AQD', 'AquaDos', 'Dosieren', 3_200, 6, 2, 'Wasseraufbereitung mit Dosierung'),
  product('ORV-SON', 'Sonderanlage', null, 68_000, 1, 1, 'Nach Angebot'),
];

/** Families that are often bought together. */
export const RELATED_FAMILY: Readonly<Record<string, string>> = {
  Kennzeichnen: 'Wägen',
  Wägen: 'Kennzeichnen',
  Messen: 'Dosieren',
  Dosieren: 'Messen',
};

interface Service {
  name: string;
  price: number;
  quantity: string;
}

/** What salespeople type into a line item by hand, with shares: neither a product nor a SKU, sometimes in hours. */
export const SERVICES: readonly (readonly [Service, number])[] = [
  [{ name: 'Fracht und Verpackung', price: 85, quantity: '1' }, 0.6],
  [{ name: 'Inbetriebnahme vor Ort', price: 980, quantity: '1' }, 0.37],
  [{ name: 'Schulung (Stunden)', price: 140, quantity: '2.5' }, 0.03],
];

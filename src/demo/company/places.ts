/** Towns and trades that invented firms are named after. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const TOWNS = words(`
  Esslingen Reutlingen Tübingen Ulm Aalen Göppingen Nürtingen Albstadt Balingen Villingen Offenburg Lahr Freiburg
  Karlsruhe Pforzheim Heilbronn Mannheim Würzburg Fürth Ansbach Bamberg Augsburg Landshut Passau Kempten Lindau
  Düsseldorf Solingen Hagen Iserlohn Bielefeld Gütersloh Münster Osnabrück Oldenburg Lüneburg Celle Göttingen Kassel
  Fulda Gießen Siegen Koblenz Trier Saarlouis Erfurt Jena Zwickau Görlitz Dresden Meißen Cottbus Rostock Stralsund
  Kiel Husum Linz Dornbirn Winterthur Thun
`);

export const GERMAN_TRADES = words(`
  Maschinenbau Verpackungstechnik Feinmechanik Lebensmitteltechnik Molkerei Brauerei Kunststofftechnik Gerätebau
  Anlagenbau Pharma Chemie Galvanik Großbäckerei Kaffeerösterei Lackfabrik Spritzguss Präzisionstechnik Medizintechnik
  Etiketten Backwaren Gewürze Mühlenwerke Getränketechnik Kosmetik Klebstoffe Dichtungen Werkzeugbau Zerspanung
  Elektronik Sensorik Textilwerke Papierfabrik Glaswerke Stahlbau Futtermittel Fruchtsäfte
`);

export const WORLD_TRADES = words(`
  Engineering Packaging Foods Instruments Plastics Dairy Brewing Pharma Chemicals Coatings Bakeries Precision Labels
  Spices Milling Beverages Cosmetics Adhesives Seals Tooling Machining Electronics Sensors Textiles Paper Glass Metals
  Feeds Juices Systems Automation Fluids Medical Components Industries Works
`);

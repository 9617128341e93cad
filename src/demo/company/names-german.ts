/** Names of people in Germany, Austria and Switzerland. Invented people: only the lists are real words. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const GERMAN_LAST = words(`
  Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
  Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann
  Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn
  Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon
  Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas
  Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff
  Pfeiffer Nußbaum Strauß Preuß Heß Voß Weiß-Lindner Kößler Bäßler Brenner Großmann Hölzle Häberle Schwäble Pfleiderer
  Bosch-Adler Eberhardt Kießling Löffler Röder Stöcker Thiele Uhlig Wüst Zöllner Achterberg Bültmann Cordes Deichmann
  Erdmann Feddersen Petersen Hinrichs Janssen Lüders Niemeyer Ostermann Quandt Rademacher Tönnies Vollmer Wiechert
`);

export const AUSTRIAN_LAST = words(`
  Gruber Huber Steiner Moser Pichler Leitner Egger Auer Lechner Wallner Reiter Ebner Hofer Eder Brunner Haider Aigner
  Stadler Holzer Schwaiger Wimmer Kogler Ortner Stöger Pölzl Größwang Kirchmayr Windischbauer Oberhuber Unterberger
`);

export const SWISS_LAST = words(`
  Bürgi Zürcher Ammann Baumgartner Gerber Wyss Frei Moser Zimmermann Brunner Bühler Lüthi Aebischer Zbinden Rüegg
  Suter Kälin Stäheli Nägeli Odermatt Tschudi Hürlimann Wüthrich Schürch Imhof Grüter Zgraggen Eggenberger Blaser
`);

export const GERMAN_WOMEN = words(`
  Anna Maria Sabine Susanne Petra Monika Claudia Birgit Andrea Stefanie Nicole Katrin Julia Christina Melanie Sandra
  Anja Martina Heike Silke Ulrike Gabriele Renate Ingrid Karin Kerstin Tanja Sonja Barbara Angelika Cornelia Manuela
  Katharina Franziska Johanna Lena Laura Lea Sophie Marie Hannah Charlotte Frieda Greta Ida Mathilda Elisabeth Eva
  Ruth Dagmar Antje Wiebke Frauke Swantje Käthe Jördis Bärbel Grit Doreen Yvonne Simone Daniela Alexandra Verena
  Theresa Magdalena Ann-Kathrin Eva-Maria
`);

export const GERMAN_MEN = words(`
  Thomas Michael Andreas Stefan Peter Christian Martin Klaus Wolfgang Jürgen Frank Uwe Bernd Ralf Dirk Jens Sven Jörg
  Markus Matthias Daniel Alexander Tobias Sebastian Florian Jan Philipp Lukas Jonas Felix Maximilian Paul Leon Moritz
  Julian Simon Fabian Dominik Patrick Oliver Holger Volker Rainer Günter Werner Helmut Manfred Dieter Horst Heinz
  Karl Hans Otto Friedrich Johannes Georg Ulrich Axel Torsten Carsten Björn Sören Götz Lüder Hans-Peter Karl-Heinz
  Jan-Ole Benedikt
`);

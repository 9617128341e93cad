/** Names of people with roots outside the German-speaking countries. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const ENGLISH_LAST = words(`
  Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts
  Green Hall Clarke Jackson O'Connor O'Neill MacDonald McAllister Whitaker Ashworth Fitzgerald Pemberton Hughes Doyle
`);
export const ENGLISH_WOMEN = words(`
  Emily Olivia Charlotte Sarah Rebecca Hannah Laura Rachel Megan Victoria Grace Abigail Fiona Siobhan Chloë Zoë Amelia
  Joanna Margaret Alison
`);
export const ENGLISH_MEN = words(`
  James Oliver George Harry Jack William Thomas Edward Daniel Matthew Andrew Christopher Stephen Graham Ian Callum
  Seán Patrick Gareth Nigel
`);

export const FRENCH_LAST = words(`
  Martin Bernard Dubois Durand Moreau Laurent Lefèvre Leroy Roux Fournier Girard Bonnet Dupont Lambert Fontaine
  Rousseau Beaumont Célestin D'Aubigné Noël Gauthier Chevalier Hébert Bérenger
`);
export const FRENCH_WOMEN = words(`
  Camille Chloé Élodie Amélie Sophie Hélène Françoise Céline Aurélie Margaux Inès Manon Léa Zoé Anaïs Marie-Laure
`);
export const FRENCH_MEN = words(`
  Jean Pierre Luc Étienne François Guillaume Théo Loïc Benoît Gaël Rémy Sébastien Jérôme Olivier Jean-Baptiste Noël
`);

export const POLISH_LAST = words(`
  Nowak Kowalczyk Wiśniewska-Maj Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski
  Mazur Krawczyk Piotrowski Grabowski Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Stępień Żak
`);
export const POLISH_WOMEN = words(`
  Agnieszka Małgorzata Katarzyna Anna Magdalena Joanna Ewa Beata Zofia Łucja Wanda Aleksandra Natalia Elżbieta Paulina
`);
export const POLISH_MEN = words(`
  Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Łukasz Grzegorz Wojciech Zbigniew Sławomir Rafał Kazimierz
`);

export const TURKISH_LAST = words(`
  Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan
  Şimşek Polat Güneş Aksoy Erdoğan
`);
export const TURKISH_WOMEN = words(`
  Ayşe Fatma Emine Zeynep Elif Meryem Büşra Esra Gülşah Özlem Derya Çiğdem Şule Nurcan Sevgi Tuğba
`);
export const TURKISH_MEN = words(`
  Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Ömer Yusuf Emre Burak Çağlar Serkan Tolga Uğur
`);

export const ITALIAN_LAST = words(`
  Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti DeLuca Costa Giordano
  Mancini Rizzo Lombardi Moretti D'Angelo Fabbri Pellegrini Villa
`);
export const ITALIAN_WOMEN = words(
  'Giulia Francesca Chiara Sara Elena Martina Alessia Federica Silvia Paola Niccolina Beatrice Lucia Noemi Carla Rosa',
);
export const ITALIAN_MEN = words(
  'Marco Luca Andrea Giuseppe Antonio Giovanni Francesco Alessandro Matteo Davide Nicolò Stefano Roberto Carlo Enzo Pietro',
);

import type { Phrases } from './phrases.ts';

const offers = (count: number) => (count === 1 ? 'ein Angebot' : `${count} Angebote`);

export const german: Phrases = {
  title: 'Was wir gelernt haben',
  asOf: (day) => `Stand: ${day}`,
  sections: {
    decide: 'Ihre Entscheidungen',
    tried: 'Was wir ausprobiert haben',
    works: 'Was ankommt',
    cost: 'Was das Ausprobieren kostet und bringt',
    next: 'Was als Nächstes zu schreiben wäre',
    how: 'Wie gerechnet wird',
  },
  genes: {
    headline: 'Überschrift',
    bridge: 'Anlass',
    picture: 'Bild',
    benefit: 'Text',
    call: 'Frage',
  },
  pronouns: { headline: 'sie', bridge: 'er', picture: 'es', benefit: 'er', call: 'sie' },
  second: {
    headline: 'eine zweite Überschrift',
    bridge: 'einen anderen Anlass',
    picture: 'ein zweites Bild',
    benefit: 'einen zweiten Text',
    call: 'eine zweite Frage',
  },
  another: {
    headline: 'noch eine Überschrift',
    bridge: 'noch einen Anlass',
    picture: 'noch ein Bild',
    benefit: 'noch einen Text',
    call: 'noch eine Frage',
  },
  written: 'ursprüngliche Fassung',
  sure: {
    almost_sure: 'fast sicher',
    very_likely: 'sehr wahrscheinlich',
    likely: 'wahrscheinlich',
  },
  off: 'Das Lernen ist abgeschaltet (learning.on in settings.yaml): Jedes passende Angebot wird gleich oft gezeigt, in seiner ursprünglichen Fassung.',
  nothing:
    'Noch wurde kein Angebot gezeigt. Sobald Mails mit Angeboten verschickt sind, steht hier, welche Fassung ankommt, was das Ausprobieren kostet und was Sie entscheiden müssen.',
  notYetLearned: (shown, open) =>
    `Bisher wurden ${shown} Angebote gezeigt; bei ${open} davon kann noch eine Antwort kommen. Ausgewertet wird in der nächsten Nacht.`,
  tooLittle: (shown) =>
    `Bisher wurden ${shown} Angebote gezeigt. Das ist zu wenig, um zu sagen, was besser ankommt.`,
  best: (offer, { mean, low, high }) =>
    `Am besten kommt „${offer}“ an: etwa ${mean} Antworten auf 100 Einblendungen, mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high} („Später“ und Klicks zählen zum Teil mit).`,
  onlyOne: (offer, { mean, low, high }) =>
    `„${offer}“ bekommt etwa ${mean} Antworten auf 100 Einblendungen, mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high} („Später“ und Klicks zählen zum Teil mit). Mit anderen Angeboten lässt sich das noch nicht vergleichen.`,
  bestSure: (sure, chance) => `${capital(sure)} ist es wirklich das beste (${chance}).`,
  bestOpen: 'Ob es wirklich das beste ist, ist noch offen.',
  bestOwners: 'Angebote gehen an Besitzer verschiedener Produkte; auch daran kann der Unterschied liegen.',
  notCompared: (never, seldom) => {
    const were = (count: number, how: string) =>
      count === 0 ? [] : `${offers(count)} ${count === 1 ? 'wurde' : 'wurden'} noch ${how} gezeigt`;
    const found = [were(never, 'nie'), were(seldom, 'zu selten')].flat().join(', ');
    return `${capital(found)}; ${never + seldom === 1 ? 'es ist' : 'sie sind'} hier nicht verglichen.`;
  },
  toDecide: (count) =>
    count === 1 ? 'Eine Entscheidung wartet auf Sie.' : `${count} Entscheidungen warten auf Sie.`,
  tried: ({ shown, people, since, offers: n, forms, open, openPart, days }) =>
    [
      `Seit dem ${since} haben ${people} Menschen zusammen ${shown}-mal ein Angebot bekommen: ${offers(n)} in ${
        forms === 1 ? 'einer Fassung' : `${forms} Fassungen`
      }.`,
      openPart === 'none'
        ? ''
        : `Bei ${openPart === 'all' ? 'allen' : `${open} davon`} sind die ${days} Tage noch nicht um, in denen eine Antwort zählt.`,
    ]
      .filter(Boolean)
      .join(' '),
  triedOffers: 'Angebote und wie oft sie gezeigt wurden',
  neverShown: (names) => `Noch nie gezeigt: ${listed(names)}.`,
  triedForms: 'Fassungen',
  offerHead: ['Angebot', 'gezeigt', 'Antwort noch möglich', 'Fassungen im Rennen', 'ausgeschieden'],
  formHead: ['Fassung', 'gezeigt', 'Antwort noch möglich', 'entstanden', 'heute'],
  origins: {
    founder: 'von Anfang an',
    mutation: 'ein Teil ausgetauscht',
    crossover: 'aus zwei guten Fassungen',
    person: 'von Hand',
  },
  born: (origin, day) => `${day}, ${origin}`,
  formOf: (form) => `Fassung: ${form}`,
  compared: (it, direction, sure, chance) =>
    `${capital(sure)} bringt ${it} ${direction === 'better' ? 'mehr' : 'weniger'} Antworten (${chance}).`,
  state: ({ state, day, reason }) => {
    if (state === 'alive') return 'im Rennen';
    const why = reason === null ? '' : `: ${REASONS[reason] ?? reason}`;
    return `${state === 'stopped' ? 'gestoppt' : 'ausgeschieden'}${day ? ` am ${day}` : ''}${why}`;
  },
  notKnown: 'Noch gibt es keine Auswertung. Sie entsteht in der Nacht nach den ersten Mails mit Angeboten.',
  tooSeldom: (names) => `Noch zu selten gezeigt, um etwas zu sagen: ${listed(names)}.`,
  nothingKnown: 'Noch bei keinem Angebot lässt sich etwas sagen.',
  onlyForm: ({ mean, low, high }) =>
    `Etwa ${mean} Antworten je 100 Einblendungen, mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high}. Bisher läuft nur eine Fassung.`,
  poor: (rate, proven) => `Kommt schlecht an: ${rate} Antworten je 100; Bewährtes hat rund ${proven}.`,
  rateHead: ['Fassung', 'Antworten je 100', '95-%-Bereich', 'Chance, die beste zu sein'],
  seldom: 'noch kaum gezeigt',
  intervals: (offer) => `${offer}: Antworten je 100 Einblendungen, mit Bereich`,
  shares: (offer) => `${offer}: Anteil der Fassungen über die Zeit`,
  sharesHead: 'Zeitraum ab',
  alleles:
    'Was einzelne Texte und Bilder ausmachen, jeweils verglichen mit dem ursprünglichen (in Klammern der 95-%-Bereich):',
  allele: ({ gene, text, said, sure }) =>
    `${gene} ${text}: Antworten etwa das ${said.mean}-Fache (${said.low} bis ${said.high}). ${
      sure ?? 'Ob das besser oder schlechter ist, ist noch offen.'
    }`,
  ways: 'Bei wem das Angebot ankommt:',
  wayHead: ['Wer das hat', 'gezeigt', 'Antworten je 100'],
  overTime: 'Neues und Bewährtes über die Zeit',
  overTimeLabel: 'Antworten je 100 Einblendungen über die Zeit: Angebote und Bewährtes',
  experimental: 'Angebote',
  proven: 'Bewährtes',
  overTimeHead: ['Zeitraum ab', 'Angebote', 'Bewährtes'],
  ofBlocks: (rate, blocks) => `${rate} (${blocks} gezeigt)`,
  overTimeNote: (days) =>
    `Bewährtes ist Neues zu dem, was der Kunde schon hat. Hier zählen nur „Ja“ und „Rufen Sie mich an“, und nur Einblendungen, deren ${days} Tage um sind. Der helle Streifen zeigt, wie weit allein der Zufall das Ergebnis schwanken lässt.`,
  costUnknown: 'Dafür ist es zu früh: Die meisten Angebote können noch beantwortet werden.',
  costFew: 'Dafür ist es zu früh: Es wurden noch zu wenige Angebote gezeigt.',
  cost: ({ mean, low, high }, choices) =>
    `Hätten wir von Anfang an gewusst, was wir heute wissen, und jedes Mal das Beste gezeigt, wären bei ${choices} Einblendungen etwa ${mean} Antworten mehr gekommen (mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high}). Das ist der Preis des Ausprobierens.`,
  costNothing: (choices) =>
    `Bei ${choices} Einblendungen hat das Ausprobieren bisher so gut wie keine Antwort gekostet.`,
  brought: {
    above: ({ mean, low, high }) =>
      `Hätten wir nie gelernt, also jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung gezeigt, wären es etwa ${mean} Antworten weniger gewesen (mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high}). So viel hat das Lernen gebracht.`,
    below: ({ mean, low, high }) =>
      `Hätten wir nie gelernt, also jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung gezeigt, wären es etwa ${mean} Antworten mehr gewesen (mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high}). Bisher hat das Lernen also mehr gekostet als gebracht.`,
    neither: ({ mean, low, high }) =>
      `Ob es mehr gebracht hat, als jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung zu zeigen, ist noch offen: Der Unterschied liegt bei etwa ${mean} Antworten, mit 95 % Wahrscheinlichkeit zwischen ${low} und ${high}.`,
  },
  costHow: (looked) =>
    `Beides ist geschätzt: aus dem, was wir heute über jede Fassung wissen, und aus den Wahrscheinlichkeiten, mit denen damals ausgewählt wurde.${
      looked === null ? '' : ` Hochgerechnet aus ${looked} Einblendungen.`
    }`,
  nothingToDecide: 'Gerade nichts.',
  decide: {
    pairing: (offer, product) => `Neue Verbindung: von „${product}“ zu „${offer}“?`,
    pairingAsks: (bridge, file) =>
      `Soll dieses Angebot auch sehen, wer dieses Produkt einsetzt?${
        bridge === null ? '' : ` In der Mail stünde dann: ${bridge} (anyBridge in ${file}).`
      }`,
    pairingWhy: ({ owners, lift }) =>
      [
        'Das hat noch niemand versucht.',
        owners === null ? '' : `${owners} Kunden setzen das Produkt ein.`,
        lift === null
          ? ''
          : `Sie besitzen ${lift}-mal so oft wie andere Kunden ein Produkt, zu dem dieses Angebot passt.`,
      ]
        .filter(Boolean)
        .join(' '),
    pairingThen:
      '„Ähnlich“ heißt: Es gleicht dem Gekauften so, dass Sie Bestandskunden auch ohne Einwilligung davon erzählen dürfen (§ 7 Abs. 3 UWG). Im Zweifel: nur mit Einwilligung.',
    pairingFinal: 'Ein Nein gilt endgültig; ein Ja können Sie zurücknehmen.',
    graduate: (offer) => `„${offer}“ zu Bewährtem machen?`,
    graduateWhy: ({ error, mails, since, said, atLeast }) =>
      [
        'Dieses Angebot wird verlässlich öfter beantwortet als das Bewährte daneben (Neues zu dem, was der Kunde schon hat).',
        said === null
          ? ''
          : `Von je 100 gezeigten wurden ${said.new} beantwortet, vom Bewährten ${said.proven}.`,
        atLeast === null ? '' : `Der Vorsprung beträgt mindestens ${atLeast} Antworten je 100.`,
        mails === null ? '' : `Verglichen in ${mails} Mails${since === null ? '' : ` seit dem ${since}`}.`,
        `Die Gefahr, dass auch nur ein Angebot zu Unrecht vorgeschlagen wird, liegt auf Dauer unter ${error}.`,
      ]
        .filter(Boolean)
        .join(' '),
    graduateThen: (file) =>
      `Bei Ja bekommen Sie eine fertige Datei. Lesen Sie sie durch und legen Sie sie in den Ordner „developments“ Ihrer Inhalte; löschen Sie danach die Datei des Angebots (${file}).`,
    withoutCall: (call) =>
      `Nicht in der Datei ist die Frage ${call}: Bewährtes stellt seine eigene. Ein Teil des Erfolgs kann von ihr kommen.`,
    rewrite: (development) => `„${development}“ neu schreiben?`,
    rewriteWhy: ({ blocks, rate, usual }) =>
      [
        'Darauf antwortet kaum noch jemand.',
        blocks === null
          ? ''
          : rate === null || usual === null
            ? `Gezeigt wurde es ${blocks}-mal.`
            : `Gezeigt wurde es ${blocks}-mal, mit ${rate} Antworten je 100; üblich sind ${usual}.`,
      ]
        .filter(Boolean)
        .join(' '),
    rewriteThen:
      'Ja heißt: Jemand schreibt es um oder nimmt es heraus. Bei Nein fragen wir ein halbes Jahr lang nicht mehr.',
    stopped: (offer) => `Eine Fassung gestoppt: „${offer}“`,
    othersRun: 'Die übrigen Fassungen dieses Angebots laufen weiter.',
    stoppedThen: (file) => `Sehen Sie sich den Text an (${file}): Was könnte verärgert haben?`,
    no: 'Nein',
    similar: 'Ja, es ist ähnlich',
    consent: 'Ja, nur mit Einwilligung',
    makeIt: 'Ja, Datei erstellen',
    notNow: 'Nein, weiter ausprobieren',
    rewriteIt: 'Ja, neu schreiben',
    keepIt: 'Nein, so lassen',
    noted: 'Zur Kenntnis genommen',
  },
  ratios: 'Innovationsquote',
  owners: (product) => `${product}:`,
  agreed: (offer) => `Angenommen: „${offer}“ wird Bewährtes, sobald die Datei in Ihren Inhalten liegt.`,
  file: 'Datei herunterladen',
  nothingNext: 'Gerade drängt nichts: Alle Angebote haben Fassungen, die sich unterscheiden.',
  oneWording: 'Hierfür gibt es noch keine andere Fassung, also nichts zu vergleichen:',
  writeSecond: (offer, second, where) => `„${offer}“: Schreiben Sie ${second} (${where}).`,
  allAlike:
    'Hier kommen alle Fassungen etwa gleich gut an. Mehr erfahren wir erst, wenn eine es ganz anders sagt:',
  writeOther: (offer, second, where) => `„${offer}“: Schreiben Sie ${second} (${where}).`,
  where: (gene, file) => `„genes: ${gene}:“ in ${file}`,
  how: ({ days }) => [
    `Als Antwort zählt ein Ja, ein gewünschter Anruf oder ein Kauf, wenn es innerhalb von ${days} Tagen kommt. Ein „Später“ und ein Klick ohne Antwort zählen zu einem kleinen Teil. Ältere Antworten zählen nach und nach weniger, weil sich Vorlieben ändern.`,
    'Ein Bereich sagt, wie genau wir etwas wissen: Mit 95 % Wahrscheinlichkeit liegt der wahre Wert darin. Was selten gezeigt wurde, hat einen breiten Bereich. Neue Fassungen erben, was ihre Teile anderswo schon gezeigt haben.',
    'Ausgewählt wird so: Was wahrscheinlich am besten ankommt, wird am häufigsten gezeigt. Ein kleiner Teil wird gleichmäßig verteilt, damit nichts vergessen wird.',
  ],
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (names: readonly string[]): string => names.map((name) => `„${name}“`).join(', ');

/** By stable code. */
const REASONS: Readonly<Record<string, string>> = {
  outdone: 'andere Fassungen kommen besser an',
  crowded: 'es waren zu viele im Rennen',
  unwritten: 'ihr Text steht nicht mehr in den Inhalten',
  guardrail: 'zu viele Abmeldungen oder Beschwerden',
};

import type { Phrases } from './phrases.ts';

const offers = (count: number) => (count === 1 ? 'ein Angebot' : `${count} Angebote`);

export const german: Phrases = {
  title: 'Was wir gelernt haben',
  asOf: (day) => `Stand: ${day}`,
  sections: {
    decide: 'Was Sie entscheiden',
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
  ownGenes: {
    headline: 'der ursprünglichen Überschrift',
    bridge: 'dem ursprünglichen Anlass',
    picture: 'dem ursprünglichen Bild',
    benefit: 'dem ursprünglichen Text',
    call: 'der ursprünglichen Frage',
  },
  second: {
    headline: 'eine zweite Überschrift',
    bridge: 'einen zweiten Anlass',
    picture: 'ein zweites Bild',
    benefit: 'einen zweiten Text',
    call: 'eine zweite Frage',
  },
  several: {
    headline: 'Überschriften',
    bridge: 'Anlässe',
    picture: 'Bilder',
    benefit: 'Texte',
    call: 'Fragen',
  },
  written: 'ursprüngliche Fassung',
  sure: {
    almost_sure: 'fast sicher',
    very_likely: 'sehr wahrscheinlich',
    likely: 'wahrscheinlich',
    open: 'offen',
    unlikely: 'unwahrscheinlich',
    hardly: 'so gut wie ausgeschlossen',
  },
  off: 'Das Lernen ist abgeschaltet (learning.on in settings.yaml): Jedes passende Angebot wird gleich oft gezeigt, in seiner ursprünglichen Fassung.',
  nothing:
    'Noch wurde kein Angebot gezeigt. Sobald Mails mit Angeboten verschickt sind, steht hier, welche Fassung ankommt, was das Ausprobieren kostet und was Sie entscheiden müssen.',
  notYetLearned: (shown, open) =>
    `Bisher wurden ${shown} Angebote gezeigt; bei ${open} davon kann noch eine Antwort kommen. Ausgewertet wird in der nächsten Nacht.`,
  tooLittle: (shown) =>
    `Bisher wurden ${shown} Angebote gezeigt. Das ist zu wenig, um zu sagen, was besser ankommt.`,
  best: (offer, { mean, low, high }) =>
    `Am besten kommt „${offer}“ an: etwa ${mean} Antworten auf 100 Einblendungen, wahrscheinlich zwischen ${low} und ${high}.`,
  bestSure: (sure, chance) => `Dass kein anderes Angebot besser ist, ist ${sure} (${chance}).`,
  bestOpen: 'Ob es wirklich das beste ist, ist noch offen.',
  toDecide: (count) => (count === 1 ? 'Eine Sache wartet auf Sie.' : `${count} Dinge warten auf Sie.`),
  tried: ({ shown, people, since, offers: n, forms, open, openCount, days }) =>
    [
      `Seit dem ${since} wurden ${people} Menschen zusammen ${shown} Mal Angebote gezeigt: ${offers(n)} in ${
        forms === 1 ? 'einer Fassung' : `${forms} Fassungen`
      }.`,
      openCount > 0
        ? `Bei ${open} davon sind die ${days} Tage noch nicht um, in denen eine Antwort zählt.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
  triedOffers: 'Angebote und wie oft sie gezeigt wurden',
  triedForms: 'Fassungen',
  offerHead: ['Angebot', 'gezeigt', 'noch offen', 'Fassungen im Rennen', 'ausgeschieden'],
  formHead: ['Fassung', 'gezeigt', 'noch offen', 'entstanden', 'heute'],
  origins: {
    founder: 'von Anfang an',
    mutation: 'durch Austausch eines Teils',
    crossover: 'aus zwei guten Fassungen',
    person: 'von Hand',
  },
  born: (origin, day) => `${day}, ${origin}`,
  formOf: (form) => `Fassung: ${form}`,
  compared: (direction, sure, chance) =>
    `Dass es damit ${direction === 'better' ? 'mehr' : 'weniger'} Antworten gibt, ist ${sure} (${chance}).`,
  state: ({ state, day, reason }) => {
    if (state === 'alive') return 'im Rennen';
    const why = reason === null ? '' : `: ${REASONS[reason] ?? reason}`;
    return `${state === 'stopped' ? 'gestoppt' : 'ausgeschieden'}${day ? ` am ${day}` : ''}${why}`;
  },
  notKnown: 'Noch gibt es keine Auswertung. Sie entsteht in der Nacht nach den ersten Mails mit Angeboten.',
  tooSeldom: (names) =>
    `Noch zu selten gezeigt, um etwas zu sagen: ${names.map((name) => `„${name}“`).join(', ')}.`,
  rateHead: ['Fassung', 'Antworten je 100', 'wahrscheinlich zwischen', 'die beste?'],
  seldom: 'noch kaum gezeigt',
  intervals: (offer) => `${offer}: Antworten je 100 Einblendungen, mit Bereich`,
  shares: (offer) => `${offer}: Anteil der Fassungen über die Zeit`,
  sharesHead: 'Zeitraum ab',
  alleles: 'Was einzelne Texte und Bilder ausmachen:',
  allele: ({ gene, text, own, said, sure }) =>
    `${gene} ${text}: etwa ${said.mean}-mal so viele Antworten wie mit ${own}, wahrscheinlich zwischen ${said.low}- und ${said.high}-mal. ${
      sure === null ? 'Ob das besser oder schlechter ist, ist noch offen.' : sure
    }`,
  ways: 'Bei wem das Angebot ankommt:',
  wayHead: ['wegen', 'gezeigt', 'Antworten je 100'],
  overTime: 'Neues und Bewährtes über die Zeit',
  overTimeLabel: 'Antworten je 100 Einblendungen über die Zeit: Angebote und Bewährtes',
  experimental: 'Angebote',
  proven: 'Bewährtes',
  overTimeHead: ['Zeitraum ab', 'Angebote', 'Bewährtes'],
  ofBlocks: (rate, blocks) => `${rate} (${blocks} gezeigt)`,
  overTimeNote: (days) =>
    `Hier zählen nur „Ja“ und „Rufen Sie mich an“, und nur Einblendungen, deren ${days} Tage um sind. Der helle Streifen zeigt, wie weit allein der Zufall das Ergebnis schwanken lässt.`,
  costUnknown: 'Dafür ist es noch zu früh: Es braucht mehr Einblendungen, auf die keine Antwort mehr kommt.',
  cost: ({ mean, low, high }, choices) =>
    `Hätten wir von Anfang an gewusst, was wir heute wissen, und jedes Mal das Beste gezeigt, wären bei ${choices} Einblendungen etwa ${mean} Antworten mehr gekommen (wahrscheinlich zwischen ${low} und ${high}). Das ist der Preis des Ausprobierens.`,
  costNothing: (choices) =>
    `Bei ${choices} Einblendungen hat das Ausprobieren bisher so gut wie keine Antwort gekostet.`,
  brought: {
    above: ({ mean, low, high }) =>
      `Hätten wir nie gelernt, also jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung gezeigt, wären es etwa ${mean} Antworten weniger gewesen (wahrscheinlich zwischen ${low} und ${high}). Das hat es gebracht.`,
    below: ({ mean, low, high }) =>
      `Hätten wir nie gelernt, also jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung gezeigt, wären es etwa ${mean} Antworten mehr gewesen (wahrscheinlich zwischen ${low} und ${high}). Bisher hat das Lernen also mehr gekostet als gebracht.`,
    neither: ({ mean, low, high }) =>
      `Ob es mehr gebracht hat, als jedes passende Angebot gleich oft und nur in seiner ursprünglichen Fassung zu zeigen, ist noch offen: Der Unterschied liegt bei etwa ${mean} Antworten, wahrscheinlich zwischen ${low} und ${high}.`,
  },
  costHow: (looked) =>
    `Beides ist geschätzt: aus dem, was wir heute über jede Fassung wissen, und aus den Wahrscheinlichkeiten, mit denen damals ausgewählt wurde.${
      looked === null ? '' : ` Hochgerechnet aus ${looked} Einblendungen.`
    }`,
  nothingToDecide: 'Gerade nichts.',
  decide: {
    pairing: (offer, product) => `Neue Verbindung: von „${product}“ zu „${offer}“?`,
    pairingAsks: (bridge) =>
      `Soll dieses Angebot auch sehen, wer dieses Produkt einsetzt?${
        bridge === null ? '' : ` In der Mail stünde dann: ${bridge}`
      }`,
    pairingWhy: ({ owners, lift }) =>
      [
        'Das hat noch niemand versucht.',
        owners === null ? '' : `${owners} Kunden setzen das Produkt ein.`,
        lift === null ? '' : `Sie haben ${lift}-mal so oft wie andere etwas, zu dem das Angebot passt.`,
      ]
        .filter(Boolean)
        .join(' '),
    pairingThen:
      '„Ähnlich“ heißt: Es gleicht dem Gekauften so, dass Sie Bestandskunden auch ohne Einwilligung davon erzählen dürfen (§ 7 Abs. 3 UWG). Im Zweifel: nur mit Einwilligung.',
    graduate: (offer) => `„${offer}“ zu Bewährtem machen?`,
    graduateWhy: ({ error, mails, since, said, atLeast }) =>
      [
        'Dieses Angebot wird verlässlich öfter beantwortet als das Bewährte daneben.',
        said === null
          ? ''
          : `Von je 100 gezeigten wurden ${said.new} beantwortet, vom Bewährten ${said.proven}.`,
        atLeast === null ? '' : `Der Vorsprung beträgt mindestens ${atLeast} Antworten je 100.`,
        mails === null ? '' : `Verglichen in ${mails} Mails${since === null ? '' : ` seit dem ${since}`}.`,
        `Dass ein Angebot nur durch Zufall so weit kommt, ist so gut wie ausgeschlossen: höchstens ${error}, über alle Angebote und alle Zeit zusammen.`,
      ]
        .filter(Boolean)
        .join(' '),
    graduateThen:
      'Bei Ja bekommen Sie eine fertige Datei. Lesen Sie sie durch und legen Sie sie in den Ordner „developments“ Ihrer Inhalte; das Angebot nehmen Sie dann heraus.',
    rewrite: (development) => `„${development}“ neu schreiben?`,
    rewriteWhy: ({ blocks, rate, usual }) =>
      [
        'Darauf antwortet kaum noch jemand.',
        blocks === null
          ? ''
          : rate === null || usual === null
            ? `Gezeigt wurde es ${blocks} Mal.`
            : `Gezeigt wurde es ${blocks} Mal, mit ${rate} Antworten je 100; üblich sind ${usual}.`,
      ]
        .filter(Boolean)
        .join(' '),
    rewriteThen:
      'Ja heißt: Jemand schreibt es um oder nimmt es heraus. Bei Nein fragen wir ein halbes Jahr lang nicht mehr.',
    stopped: (offer) => `Gestoppt: „${offer}“`,
    stoppedThen: 'Sehen Sie sich den Text an: Was könnte verärgert haben?',
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
  onlyOne: (offer, second) =>
    `„${offer}“: ${second}. Bisher gibt es nur die ursprüngliche Fassung davon, also nichts zu vergleichen.`,
  allTheSame: (offer, several) =>
    `„${offer}“: Alle ${several} kommen etwa gleich gut an. Mehr erfahren wir erst, wenn es eine Fassung ganz anders sagt.`,
  how: ({ days }) => [
    `Als Antwort zählt ein Ja, ein gewünschter Anruf oder ein Kauf, wenn es innerhalb von ${days} Tagen kommt. Ein „Später“ und ein Klick ohne Antwort zählen zu einem kleinen Teil. Ältere Antworten zählen nach und nach weniger, weil sich Vorlieben ändern.`,
    'Ein Bereich sagt, wie genau wir etwas wissen: Mit 95 % Wahrscheinlichkeit liegt der wahre Wert darin. Was selten gezeigt wurde, hat einen breiten Bereich. Neue Fassungen erben, was ihre Teile anderswo schon gezeigt haben.',
    'Ausgewählt wird so: Was wahrscheinlich am besten ankommt, wird am häufigsten gezeigt. Ein kleiner Teil wird gleichmäßig verteilt, damit nichts vergessen wird.',
  ],
};

/** By stable code. */
const REASONS: Readonly<Record<string, string>> = {
  outdone: 'andere Fassungen kommen besser an',
  crowded: 'es waren zu viele im Rennen',
  unwritten: 'ihr Text steht nicht mehr in den Inhalten',
  guardrail: 'zu viele Abmeldungen oder Beschwerden',
};

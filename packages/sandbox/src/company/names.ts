import { asciiName } from './ascii-name.ts'

/** A person's name, and how it is written where only ASCII fits. */
export interface PersonName {
  readonly given: string
  readonly family: string
  readonly asciiGiven: string
  readonly asciiFamily: string
  /** How the person wants to be shown, where that is not "given family". */
  readonly shown?: string
}

/** Names that have broken software before; every company has some of them. */
export const HARD_NAMES: readonly PersonName[] = [
  name('Jürgen', 'Müller-Lüdenscheidt'),
  name('Siobhán', "O'Brien"),
  { ...name('Zoë', 'Fjällström'), shown: 'Zoë Fjällström 🏔️' },
  name('María José', 'Núñez de la Peña'),
  name('Łukasz', 'Żółkiewski'),
  name('Đorđe', 'Šimić'),
  name('Øystein', 'Brække'),
  name('İrem', 'Yıldız'),
  { given: 'Юлия', family: 'Соколова', asciiGiven: 'yuliya', asciiFamily: 'sokolova' },
  { given: '美咲', family: '佐藤', asciiGiven: 'misaki', asciiFamily: 'sato', shown: '佐藤 美咲 (Misaki)' },
  { given: 'Αλέξης', family: 'Παπαδόπουλος', asciiGiven: 'alexis', asciiFamily: 'papadopoulos' },
  name('Jean-François', 'Lefèvre-Dubois'),
  name("D'Angelo", 'St. Clair'),
  name('Ng', 'X'),
  name('Groß', 'Weiß'),
]

const GIVEN = [
  ...['Anna', 'Björn', 'Chloé', 'Dario', 'Élise', 'Finn', 'Greta', 'Hélène', 'Ingrid', 'João', 'Karolína', 'Lars'],
  ...[
    'Magdalena',
    'Noémie',
    'Olivier',
    'Paweł',
    'Quentin',
    'Renée',
    'Sofía',
    'Tomáš',
    'Ulla',
    'Věra',
    'Wanda',
    'Xavier',
  ],
  ...['Yusuf', 'Zofia', 'Aoife', 'Bogdan', 'Ciarán', 'Dagný'],
] as const

const FAMILY = [
  ...['Andersson', 'Bauer', 'Çelik', 'Dubois', 'Eriksen', 'Fernández', 'Grünwald', 'Horváth', 'Ivanović', 'Jørgensen'],
  ...['Kowalczyk', 'Lindqvist', 'Maßmann', 'Nowak', 'Öztürk', 'Pérez', 'Quintana', 'Rousseau', 'Schäfer', 'Tremblay'],
  ...['Urbański', 'Vögele', 'Wójcik', 'Ximénez', 'Yamamoto', 'Zieliński', 'Brûlé', 'Nyström', 'Petrović', 'Sørensen'],
] as const

/** How many ordinary names there are. */
export const NAMES_BEFORE_REPEAT = GIVEN.length * FAMILY.length

/** The nth ordinary name: all combinations come before any comes again, and neighbours share nothing. */
export function ordinaryName(at: number): PersonName {
  const round = Math.floor(at / GIVEN.length)
  const given = GIVEN[at % GIVEN.length] ?? 'Anna'
  const family = FAMILY[(at + round) % FAMILY.length] ?? 'Bauer'
  return name(given, family)
}

function name(given: string, family: string): PersonName {
  return { given, family, asciiGiven: asciiName(given), asciiFamily: asciiName(family) }
}

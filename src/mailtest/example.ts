import type { Language } from '../domain/customer.ts';

/** A people file to start from. */
export const EXAMPLE: Record<Language, string> = {
  de: `# Wer ist wer? Für den Mail-Test: spielbein mailtest --people people.yaml Gesendet.mbox

# Ihre eigenen Adressen. Ohne diese Zeilen zählt, wer immer von den Domains unten sendet.
me:
  - kim.berg@orvelin.example

# Die Domains Ihrer Firma. Wer dort ist und unten nicht steht, zählt als „anderswohin“.
domains:
  - orvelin.example

# Nach oben: Ihre Vorgesetzten, bis ganz hinauf.
up:
  - leitung@orvelin.example
  - vorstand@orvelin.example

# Zur Seite: Kolleginnen und Kollegen auf Ihrer Höhe.
sideways:
  - alex.winter@orvelin.example

# Nach unten: wer Ihnen berichtet.
down:
  - team@orvelin.example

# Kunden, die das CRM nicht kennt. Die übrigen kommen aus dem CRM.
customers:
  addresses: []
  domains: []
`,
  en: `# Who is who? For the Mail-Test: spielbein mailtest --people people.yaml Sent.mbox

# Your own addresses. Without these lines, whoever sends from the domains below counts.
me:
  - kim.berg@orvelin.example

# The domains of your company. Who is there and not named below counts as "elsewhere".
domains:
  - orvelin.example

# Up: your superiors, all the way.
up:
  - head@orvelin.example
  - board@orvelin.example

# Sideways: colleagues on your level.
sideways:
  - alex.winter@orvelin.example

# Down: who reports to you.
down:
  - team@orvelin.example

# Customers whom the CRM does not know. All others come from the CRM.
customers:
  addresses: []
  domains: []
`,
};

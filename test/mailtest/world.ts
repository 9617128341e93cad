/** The people of the generated mailbox. Who belongs where is known by construction, not by looking it up. */
export const ME = ['anna.klein@orvelin.example', 'a.klein@orvelin.example'];

export type Circle = 'customers' | 'up' | 'down' | 'sideways' | 'elsewhere';

export const RECIPIENTS: Record<Circle, readonly string[]> = {
  customers: [
    'einkauf@nordwerk.example',
    // recognised by the domain of the one above
    'leitung@nordwerk.example',
    'technik@werk.nordwerk.example',
    'p.sommer@web.de',
    'info@müller-anlagen.example',
    'info@xn--mller-anlagen-wob.example',
  ],
  up: ['dr.berg@orvelin.example', 'vorstand@orvelin.example'],
  down: ['azubi@orvelin.example', 'lager@orvelin.example'],
  sideways: ['vertrieb@orvelin.example', 'marketing@orvelin.example'],
  elsewhere: ['presse@zeitung.example', 'jemand@web.de', 'freund@gmail.com', 'amt@stadt.example'],
};

/** Of the own domain, and not in the people file. */
export const UNNAMED = ['empfang@orvelin.example', 'kantine@orvelin.example', 'it@intern.orvelin.example'];

/** What the CRM knows. */
export const CRM_ADDRESSES = ['einkauf@nordwerk.example', 'p.sommer@web.de', 'info@müller-anlagen.example'];

export const PEOPLE_YAML = `
me: [${ME.join(', ')}]
domains: [orvelin.example]
up: [${RECIPIENTS.up.join(', ')}]
down: [${RECIPIENTS.down.join(', ')}]
sideways: [${RECIPIENTS.sideways.join(', ')}]
`;

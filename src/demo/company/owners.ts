/** A salesperson of Orvelin Werke: an owner in the CRM's words. */
export interface DemoOwner {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
}

const owner = (id: string, firstName: string, lastName: string, mailbox: string): DemoOwner => ({
  id,
  firstName,
  lastName,
  email: `${mailbox}@orvelin.example`,
});

export const OWNERS: readonly DemoOwner[] = [
  owner('80000001', 'Ines', 'Vogelsang', 'ines.vogelsang'),
  owner('80000002', 'Jochen', 'Bäuerle', 'jochen.baeuerle'),
  owner('80000003', 'Marlene', 'Tietz', 'marlene.tietz'),
  owner('80000004', 'Cem', 'Aksu', 'cem.aksu'),
  owner('80000005', 'Rosalie', 'Hügel', 'rosalie.huegel'),
  owner('80000006', 'Bastian', 'Krohn', 'bastian.krohn'),
  owner('80000007', 'Eleanor', 'Whitcombe', 'eleanor.whitcombe'),
  owner('80000008', 'Dr. Veit', 'Steinhilber', 'veit.steinhilber'),
];

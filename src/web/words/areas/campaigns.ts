/** Campaigns: making, trying, watching: German, and the same in English. */
export const campaignsDe = {
  'nav.campaigns': 'Kampagnen',
};

export const campaignsEn: Record<keyof typeof campaignsDe, string> = {
  'nav.campaigns': 'Campaigns',
};

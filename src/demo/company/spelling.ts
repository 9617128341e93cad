const GERMAN: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', ł: 'l', ı: 'i', ø: 'o', đ: 'd' };

/** A name as people write it in addresses: "Jörg-Weiß" becomes "joerg-weiss". */
export function asciiName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[äöüßłıøđ]/g, (letter) => GERMAN[letter] as string)
    .normalize('NFD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/**
 * The one place where sectors get a colour and a mark. The map, the list, the
 * panel and the legend all read it, so that they can never disagree.
 *
 * The fourteen colours were searched for the largest smallest distance (OKLab)
 * as seen with normal, protan and deutan vision. Fourteen hues can never be told
 * apart by colour alone, so each sector also has a two-letter mark that is shown
 * with it, and its name on hover.
 */
export interface SectorStyle {
  /** Two letters, from the Indonesian name; the same in both languages. */
  mark: string;
  light: string;
  dark: string;
}

const sectorStyles: Record<string, SectorStyle> = {
  pangan: { mark: 'Pg', light: '#cf8f01', dark: '#dca233' },
  'tekstil-pakaian': { mark: 'Tx', light: '#8578de', dark: '#a093f0' },
  'kulit-alas-kaki': { mark: 'Kl', light: '#583939', dark: '#ab7872' },
  'kerajinan-batik': { mark: 'Kr', light: '#dc6976', dark: '#ea7f8a' },
  'furnitur-kayu': { mark: 'Fr', light: '#87711f', dark: '#a68d38' },
  'kimia-farmasi': { mark: 'Km', light: '#43d2eb', dark: '#6fe3f5' },
  'logam-mesin-elektronik': { mark: 'Lg', light: '#3e5bb0', dark: '#6684e0' },
  'bahan-bangunan': { mark: 'Bb', light: '#c6b09a', dark: '#d9c8b6' },
  'kertas-percetakan': { mark: 'Ct', light: '#61a5ff', dark: '#86bcff' },
  aneka: { mark: 'An', light: '#b48cbf', dark: '#c6a6cf' },
  jasa: { mark: 'Js', light: '#462c8a', dark: '#7458c4' },
  perdagangan: { mark: 'Dg', light: '#c9c43b', dark: '#dcd85e' },
  'pertanian-perikanan': { mark: 'Tn', light: '#496004', dark: '#7c9a2e' },
  'simpan-pinjam': { mark: 'Sp', light: '#006870', dark: '#2f979f' },
};

/** For a sector this build does not know yet: never a crash, always visible. */
const unknownSector: SectorStyle = { mark: '·', light: '#6f757a', dark: '#9aa1a7' };

export const sectorCodes = Object.keys(sectorStyles);

export function sectorStyle(code: string | undefined): SectorStyle {
  return (code && sectorStyles[code]) || unknownSector;
}

export function sectorColour(code: string | undefined, dark: boolean): string {
  const style = sectorStyle(code);
  return dark ? style.dark : style.light;
}

export const unknownColour = (dark: boolean) => (dark ? unknownSector.dark : unknownSector.light);

/** Black or white, whichever reads better on `hex` (WCAG relative luminance). */
export function inkOn(hex: string): '#ffffff' | '#14181a' {
  const channel = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.0585 ? '#ffffff' : '#14181a';
}

/**
 * Counts by region, from few to many: one hue whose lightness alone tells, so that it reads the
 * same with any colour vision and in grey; the numbers stand in the legend and on the map.
 */
const shades = {
  light: ['#dcefeb', '#a9d6cf', '#6fb8ae', '#37938a', '#0d635b'],
  dark: ['#22403d', '#2c5f5a', '#388079', '#52a89f', '#8adfd4'],
} as const;

export const countShades = (dark: boolean): readonly string[] => (dark ? shades.dark : shades.light);

/** How much of a region was visited; where nobody was it is grey, which is no shade of the others. */
const seenShades = {
  light: { none: '#c9c4bb', some: '#a9d6cf', most: '#4fa59b', all: '#0d635b' },
  dark: { none: '#4b5156', some: '#2c5f5a', most: '#419089', all: '#8adfd4' },
} as const;

export const visitedShades = (dark: boolean) => (dark ? seenShades.dark : seenShades.light);

/** The map's own ground, in both schemes. */
export const mapColours = {
  light: {
    outside: '#e4e9ea',
    land: '#f9f7f2',
    coast: '#b9bfbf',
    regency: '#b5b2aa',
    district: '#c9c5bb',
    label: '#4d5358',
    halo: '#f9f7f2',
    ring: '#ffffff',
    focus: '#0b6e66',
  },
  dark: {
    outside: '#101315',
    land: '#1f2427',
    coast: '#4a5257',
    regency: '#464d52',
    district: '#3a4146',
    label: '#b4bcc1',
    halo: '#1f2427',
    ring: '#14181a',
    focus: '#58c9bd',
  },
} as const;

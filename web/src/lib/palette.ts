import palette from './palette.json';

/**
 * Where sectors get a colour and a mark: palette.json, which the server's style and
 * its QGIS project are made of too. The map, the list, the panel and the legend all
 * read it, so that they can never disagree.
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

const sectorStyles: Record<string, SectorStyle> = palette.sectors;

/** For a sector this build does not know yet: never a crash, always visible. */
const unknownSector: SectorStyle = palette.unknown;

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
export const mapColours = palette.map;

/**
 * The stack: a sheet with two more behind it, for records that share one point.
 * Its shape tells it from a cluster's circle without any colour. Drawn on a canvas
 * at start, since the page may fetch nothing but its own files.
 */
import { mapColours, sectorCodes, sectorColour, unknownColour } from '../lib/palette';

const SIZE = 30;
const RATIO = 2;

export const stackImage = (sector: string) => `stack-${sector}`;

function sheet(context: CanvasRenderingContext2D, at: number, side: number) {
  context.beginPath();
  context.roundRect(at, SIZE - at - side, side, side, 4.5);
}

function draw(colour: string, ring: string): ImageData | null {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * RATIO;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(RATIO, RATIO);
  context.lineWidth = 1.5;
  context.fillStyle = colour;
  context.strokeStyle = ring;
  for (const at of [8, 4.75, 1.5]) {
    context.globalAlpha = at === 1.5 ? 1 : 0.72;
    sheet(context, at, 20);
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export function stackImages(dark: boolean): { name: string; data: ImageData; pixelRatio: number }[] {
  const ring = (dark ? mapColours.dark : mapColours.light).ring;
  const colours: [string, string][] = [
    ...sectorCodes.map((code): [string, string] => [code, sectorColour(code, dark)]),
    ['unknown', unknownColour(dark)],
  ];
  return colours.flatMap(([code, colour]) => {
    const data = draw(colour, ring);
    return data ? [{ name: stackImage(code), data, pixelRatio: RATIO }] : [];
  });
}

// Codes of a second factor, as an authenticator app makes them (RFC 6238), and reading its QR code.
import { createHmac } from 'node:crypto';
import decodeQR from 'qr/decode.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The step of 30 seconds that the clock is in. */
export const step = () => Math.floor(Date.now() / 30_000);

/** @param {number} ahead steps of 30 seconds: a code is good once, and one step early */
export function totp(secret, ahead = 0) {
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step() + ahead));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = (hash[19] ?? 0) & 0xf;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** What a camera reads in the drawing, pixel by pixel of what is painted. */
export async function readQr(page, svg) {
  const size = 400;
  const pixels = await page.evaluate(
    async ({ markup, side }) => {
      const image = new Image();
      image.src = `data:image/svg+xml;base64,${btoa(markup)}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0, side, side);
      return [...context.getImageData(0, 0, side, side).data];
    },
    {
      side: size,
      markup: await svg.evaluate((element) => new XMLSerializer().serializeToString(element)),
    },
  );
  return decodeQR({ width: size, height: size, data: Uint8Array.from(pixels) });
}

/** Tables, and as files for spreadsheets. */

/** Dates are moments. */
export type Cell = string | number | Date;

/** What a spreadsheet would take for a formula is text: a quote before it says so. */
function field(value: unknown): string {
  let text = value === null || value === undefined ? '' : String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  // Excel reads UTF-8 only behind this mark.
  return `\ufeff${[header, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}

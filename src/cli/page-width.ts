/** Columns where no terminal tells: what every terminal shows. */
const USUAL = 80;

/** Columns that printed text is laid out for: those of the terminal, where the output goes to one that has a size. */
export function pageWidth(): number {
  const { columns = 0, isTTY } = process.stdout;
  return isTTY && columns > 0 ? columns : USUAL;
}

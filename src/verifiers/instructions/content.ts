import { count, instruction, phrase } from "./instruction.ts";

/** Texts in square brackets, each on one line and not empty. */
function countPlaceholders(text: string): number {
  let found = 0;
  for (const line of text.split("\n")) {
    let close = -1;
    for (let open = line.indexOf("["); open >= 0; open = line.indexOf("[", close)) {
      close = line.indexOf("]", open);
      if (close < 0) break;
      if (line.slice(open + 1, close).trim() !== "") found++;
    }
  }
  return found;
}

/** At least so many placeholders in square brackets. */
export const numberPlaceholders = instruction({ num_placeholders: count }, (response, { num_placeholders }) => {
  return countPlaceholders(response) >= num_placeholders;
});

/** The forms of the two usual markers; any other has to stand there as it is. */
const MARKERS: ReadonlyMap<string, RegExp> = new Map([
  ["P.S.", /p\.\s?s\./i],
  ["P.P.S", /p\.\s?p\.\s?s/i],
]);

/** A postscript; as in IFEval its marker may stand anywhere. */
export const postscript = instruction({ postscript_marker: phrase }, (response, { postscript_marker: marker }) => {
  const form = MARKERS.get(marker);
  return form === undefined ? response.toLowerCase().includes(marker.toLowerCase()) : form.test(response);
});

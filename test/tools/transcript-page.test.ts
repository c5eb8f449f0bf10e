import { expect, test } from "vitest";
import { cleaned, transcriptPage } from "../../tools/transcript-page.ts";

test("takes the machine's paths out of what was printed", () => {
  const printed = "wrote /tmp/x1/mine/recipe.yaml\nin /tmp/x1, with /root/.cache/parts/bin/python\n";
  expect(cleaned(printed, ["/tmp/x1", "/root/.cache/parts", "/root"])).toBe(
    "wrote mine/recipe.yaml\nin ., with ~/bin/python",
  );
});

test("shows each command as it is typed, with what it printed", () => {
  const page = transcriptPage([{ why: "Look:", command: "rlvr eval --run 1:best", printed: "fine" }]);
  expect(page).toContain("\nLook:\n\n```console\n$ rlvr eval --run 1:best\nfine\n```\n");
});

import { expect, test } from "vitest";
import { trainerEnvironment } from "./local-torch.ts";

test("a PyTorch trainer gets what it needs of the environment, and no keys", () => {
  const environment = trainerEnvironment({
    PATH: "/bin",
    CUDA_VISIBLE_DEVICES: "1",
    NCCL_DEBUG: "INFO",
    OPENAI_API_KEY: "secret",
    HF_TOKEN: "secret",
    PYTHONPATH: "/elsewhere",
    MALLOC_TRIM_THRESHOLD_: "7",
  });
  expect(environment).toMatchObject({
    PATH: "/bin",
    CUDA_VISIBLE_DEVICES: "1",
    NCCL_DEBUG: "INFO",
    MALLOC_TRIM_THRESHOLD_: "7",
    HF_HUB_OFFLINE: "1",
  });
  expect(JSON.stringify(environment)).not.toContain("secret");
  expect(environment["PYTHONPATH"]).toMatch(/\/python$/);
});

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
  });
  expect(environment).toMatchObject({
    PATH: "/bin",
    CUDA_VISIBLE_DEVICES: "1",
    NCCL_DEBUG: "INFO",
    HF_HUB_OFFLINE: "1",
  });
  expect(JSON.stringify(environment)).not.toContain("secret");
  expect(environment["RLVR_STARTED_BY"]).toBe(String(process.pid));
  expect(environment["PYTHONPATH"]).toMatch(/\/python$/);
});

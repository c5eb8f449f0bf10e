import { expect, test } from "vitest";
import { graphicsAdapters } from "./graphics-adapters.ts";

test("names the Vulkan drivers that the environment names", () => {
  const environment = { VK_DRIVER_FILES: "/usr/lib/chromium/vk_swiftshader_icd.json:/etc/x/nvidia_icd.x86_64.json" };
  expect(graphicsAdapters(environment)).toEqual(
    expect.arrayContaining(["vk_swiftshader (Vulkan: webgpu)", "nvidia (Vulkan: webgpu)"]),
  );
});

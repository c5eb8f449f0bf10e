import { expect, test } from "vitest";
import { serverRoot, serverUrlFault } from "./server-url.ts";

test("takes http and https URLs, with a path or without", () => {
  for (const url of [
    "http://127.0.0.1:8000",
    "https://vllm.example.org/",
    "http://[::1]:80/models/7b",
    "HTTP://host/v1",
  ])
    expect(serverUrlFault(url), url).toBeUndefined();
});

test("refuses other schemes and names without one, with the URL that was meant", () => {
  expect(serverUrlFault("localhost:8000")).toContain("did you mean http://localhost:8000?");
  expect(serverUrlFault("10.0.0.1:8000/v1")).toContain("did you mean http://10.0.0.1:8000/v1?");
  for (const url of ["ftp://host", "file:///etc/passwd", "unix:/run/vllm.sock", "", "http://", "//host:80"])
    expect(serverUrlFault(url), url).toMatch(/is no http:/);
});

test("refuses keys, queries and fragments", () => {
  expect(serverUrlFault("http://me:secret@host:8000")).toMatch(/api_key_env/);
  expect(serverUrlFault("http://me:secret@host:8000")).not.toContain("secret@");
  for (const url of ["ftp://me:secret@host", "me:secret@host:80"]) expect(serverUrlFault(url)).not.toContain("secret");
  expect(serverUrlFault("http://host:8000/?key=1")).toMatch(/no \?/);
  expect(serverUrlFault("http://host:8000/#top")).toMatch(/no #|no \?/);
});

test("cuts /v1 and slashes off the end, and nothing else", () => {
  expect(serverRoot("http://host:8000/v1")).toBe("http://host:8000");
  expect(serverRoot("http://host:8000/v1//")).toBe("http://host:8000");
  expect(serverRoot("https://host/proxy/v1/")).toBe("https://host/proxy");
  expect(serverRoot("https://host/v10")).toBe("https://host/v10");
  expect(serverRoot("https://host/v1/proxy")).toBe("https://host/v1/proxy");
});

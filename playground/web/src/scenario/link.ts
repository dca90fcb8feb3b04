// A whole scenario in the page's address: deflated, in the letters that an address may hold. zlib's
// checksum tells a link that was cut or changed from one that is whole.

import { bytesOf } from "../../../../reports/web/src/base64";

const mostBytes = 256 * 1024;

function toLetters(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const fromLetters = (letters: string): Uint8Array<ArrayBuffer> => bytesOf(letters.replaceAll("-", "+").replaceAll("_", "/"));

export async function linkOf(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return toLetters(new Uint8Array(await new Response(stream).arrayBuffer()));
}

// No more than so many bytes come out of a link, however long they were packed.
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > mostBytes) {
      await reader.cancel();
      throw new RangeError("too long");
    }
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

// The scenario's text, or why there is none, in a sentence.
export async function textOfLink(letters: string): Promise<{ text: string } | { fault: string }> {
  try {
    const bytes = await inflated(fromLetters(letters));
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof RangeError) return { fault: `The link holds more than ${mostBytes / 1024} KiB, and a scenario in a link may have no more.` };
    return { fault: "The link is damaged: letters are missing at its end, or were changed on the way. Ask for it again, as text that no program breaks into lines." };
  }
}

// The text of an XML file, in whatever encoding it was written: the platform takes it as it is, so must its readers.

const BYTE_ORDERS: [encoding: string, start: number[]][] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0x3c, 0x00]],
  ['utf-16be', [0x00, 0x3c]],
];
const DECLARED = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;

export function readXml(bytes: ArrayBuffer): string {
  return decoder(new Uint8Array(bytes)).decode(bytes);
}

function decoder(bytes: Uint8Array): TextDecoder {
  const order = BYTE_ORDERS.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  if (order) return new TextDecoder(order[0]);
  const declared = DECLARED.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 200)))?.[1] ?? 'utf-8';
  if (/^utf-?16/i.test(declared)) return new TextDecoder();
  try {
    return new TextDecoder(declared);
  } catch {
    return new TextDecoder();
  }
}

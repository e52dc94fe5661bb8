import { describe, expect, test } from 'vitest';
import { readXml } from '../src/readXml';

const TEXT = '<?xml version="1.0" encoding="ENC"?><a name="Zażółć"/>';

function utf16(text: string, { big = false, mark = true } = {}): ArrayBuffer {
  const view = new DataView(new ArrayBuffer((text.length + (mark ? 1 : 0)) * 2));
  [...(mark ? '\ufeff' : ''), ...text].forEach((char, index) =>
    view.setUint16(index * 2, char.charCodeAt(0), !big),
  );
  return view.buffer;
}

function bytes(text: string): ArrayBuffer {
  return new Uint8Array(new TextEncoder().encode(text)).buffer;
}

describe('readXml', () => {
  test('reads what Camunda Modeler writes', () => {
    const text = TEXT.replace('ENC', 'UTF-8');
    expect(readXml(bytes(text))).toBe(text);
    expect(readXml(bytes(`\ufeff${text}`))).toBe(text);
  });

  test('reads UTF-16 by its byte order', () => {
    const text = TEXT.replace('ENC', 'UTF-16');
    for (const big of [true, false])
      for (const mark of [true, false]) expect(readXml(utf16(text, { big, mark }))).toBe(text);
  });

  test('reads the encoding that the file declares', () => {
    const text = '<?xml version="1.0" encoding="windows-1250"?><a name="?"/>';
    const polish = new Uint8Array(bytes(text));
    polish[text.lastIndexOf('?')] = 0xb3;
    expect(readXml(polish.buffer)).toBe(text.replace('"?"', '"ł"'));
  });

  test('reads a file whose declaration is wrong as UTF-8', () => {
    for (const name of ['UTF-16', 'nonsense']) {
      const text = TEXT.replace('ENC', name);
      expect(readXml(bytes(text))).toBe(text);
    }
  });
});

/** Pictures that stand for CIFAR-10's where those are not at hand: stripes, that lie or stand, of five colours, in the same files. */
import { writeOut } from "../training/out-folder.ts";
import { type Draw, drawFrom } from "../training/random.ts";
import { classNames, pictureSize, recordBytes } from "./pictures.ts";

/** How many pictures are in a file, and how far their values are off, up or down. */
const [perFile, noise] = [500, 50] as const;

/** The channels of the colours: red, green, blue, yellow, cyan. */
const colors = [[0], [1], [2], [0, 1], [1, 2]] as const;

/** Writes small files as CIFAR-10 has them into a folder: five to learn from and one to test with. */
export function generatePictures(folder: string, seed: number): void {
  const draw = drawFrom(seed);
  const names = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
  for (const name of [...names, "test_batch.bin"]) {
    const bytes = new Uint8Array(perFile * recordBytes);
    for (let i = 0; i < perFile; i += 1)
      drawPicture(bytes.subarray(i * recordBytes, (i + 1) * recordBytes), i % classNames.length, draw);
    writeOut(folder, name, bytes);
  }
}

/** Mirrored, a picture is still one of its class: stripes lie or stand. */
function drawPicture(record: Uint8Array, label: number, draw: Draw): void {
  record[0] = label;
  const [isLying, color] = [label % 2 === 0, colors[label >> 1] as readonly number[]];
  const [phase, width, plane] = [draw(628) / 100, 1 + draw(100) / 100, pictureSize ** 2];
  for (let place = 0; place < plane; place += 1) {
    const along = isLying ? Math.floor(place / pictureSize) : place % pictureSize;
    const wave = Math.sin(along / width + phase);
    for (let channel = 0; channel < 3; channel += 1) {
      const ink = color.includes(channel) ? 70 * wave : 0;
      record[1 + channel * plane + place] = 128 + ink + draw(2 * noise + 1) - noise;
    }
  }
}

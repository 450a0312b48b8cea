import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { confoundStrategySchema } from '../../../main/contract/importing.ts';
import { readConfounds } from '../../../main/formats/bids/confounds.ts';
import { bidsFileName, parseBidsName } from '../../../main/formats/bids/entities.ts';
import { inheritedSidecar } from '../../../main/formats/bids/inheritance.ts';
import { readBidsTree } from '../../../main/formats/bids/tree.ts';
import { npyBytes, parseNpy } from '../../../main/formats/npy/npy.ts';
import { parseDelimited } from '../../../main/formats/table/delimited.ts';
import { formatTsv, isMissing, numberOf, parseTsv } from '../../../main/formats/table/tsv.ts';
import { decodeText } from '../../../main/formats/text/decode-text.ts';
import { parseTextGrid } from '../../../main/formats/textgrid/textgrid.ts';
import { writeText } from '../importing/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('text encodings', () => {
  const text = 'onset\tword\n1\tété 读\n';
  test.each([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with mark', Buffer.from(`\uFEFF${text}`), 'utf-8'],
    ['UTF-16 LE with mark', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf-16'],
    ['UTF-16 LE without', Buffer.from(text, 'utf16le'), 'utf-16'],
    ['UTF-16 BE with mark', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), 'utf-16'],
    ['UTF-16 BE without', Buffer.from(text, 'utf16le').swap16(), 'utf-16'],
  ])('%s', (_, bytes, encoding) => {
    expect(decodeText(bytes)).toEqual({ text, encoding });
  });

  test('GB 18030 is told from Latin-1, also where the last character is cut in two', () => {
    // As Excel on Chinese Windows writes it.
    const chinese = Buffer.from('d0d5c3fb2cc4eac1e40ad5c5c8fd2c32330a', 'hex');
    expect(decodeText(chinese)).toEqual({ text: '姓名,年龄\n张三,23\n', encoding: 'gb18030' });
    expect(decodeText(chinese.subarray(0, -5), true).text).toBe('姓名,年龄\n张');
    expect(decodeText(Buffer.from('读写').subarray(0, 4), true)).toEqual({ text: '读', encoding: 'utf-8' });
    const french = Buffer.from('r\xe9p\xe9t\xe9;\xc9t\xe9;\xe7\xe3o;na\xefve', 'latin1');
    expect(decodeText(french).encoding).toBe('latin-1');
  });

  test('Latin-1 is the last resort', () => {
    const bytes = Buffer.from('caf\xe9 \x93it\x92s\x94', 'latin1');
    expect(decodeText(bytes)).toEqual({ text: 'café “it’s”', encoding: 'latin-1' });
  });
});

describe('TextGrid', () => {
  const short =
    'File type = "ooTextFile"\n"TextGrid"\n\n0\n2\n<exists>\n1\n"IntervalTier"\n"words"\n0\n2\n2\n0\n1\n"say ""hi"""\n1\n2\n"two\nlines"\n';
  test('short form, doubled quotes, line ends inside labels', () => {
    const { tiers, form } = parseTextGrid(Buffer.from(short), 'x');
    expect(form).toBe('short');
    expect(tiers[0].entries.map((entry) => entry.text)).toEqual(['say "hi"', 'two\nlines']);
  });

  test.each([
    ['textgrid.binary', Buffer.from('ooBinaryFile\x08TextGrid')],
    ['textgrid.not-textgrid', Buffer.from('ooBinaryFile\x07Sound 2')],
    ['textgrid.damaged', Buffer.from('"Praat chronological TextGrid text file"\n0 2.5\n1\n')],
    ['textgrid.not-textgrid', Buffer.from('File type = "ooTextFile"\nObject class = "Sound"\n')],
    ['textgrid.damaged', Buffer.from(short.slice(0, -8))],
    ['textgrid.damaged', Buffer.from(short.replace('1\n2\n"two', '1\ntwo'))],
  ])('%s', (code, bytes) => {
    expect(() => parseTextGrid(bytes, 'x')).toThrow(expect.objectContaining({ code }));
  });
});

describe('tables', () => {
  test('any cells without tabs and line ends survive writing and reading', () => {
    const cell = fc.stringMatching(/^[^\t\r\n\uFEFF\s][^\t\r\n]{0,8}[^\t\r\n\s]$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        expect(parseTsv(formatTsv(['onset', 'word'], rows), 'x').rows).toEqual(rows);
      }),
    );
  });

  test('cells lose quotes that hold all of them, names are never the same twice', () => {
    expect(parseTsv('id\t"say ""x"""\tid\t\n\t\t\t\n1\t"a b"\t"c" d\t\n', 'x')).toEqual({
      columns: ['id', 'say "x"', 'id.1', 'Unnamed: 3'],
      rows: [
        ['', '', '', ''],
        ['1', 'a b', '"c" d', ''],
      ],
    });
  });

  test('missing values and numbers are those of BIDS, R and pandas', () => {
    expect(['', 'n/a', 'NA', 'NaN', '-nan', 'NULL', '<NA>', '#N/A'].every(isMissing)).toBe(true);
    expect(['Na', 'None', '0', '.'].some(isMissing)).toBe(false);
    expect(['1e3', ' 2 ', '0x1F', '0b1'].map(numberOf)).toEqual([1000, 2, undefined, undefined]);
  });

  test('the header of R is one name short of its rows; a header that is shorter still is refused', () => {
    const table = parseDelimited('age,sex\nS01,23,f\nS02,31,m\x1A', 'x.csv');
    expect(table).toMatchObject({ columns: ['Unnamed: 0', 'age', 'sex'], rowNames: true });
    expect(table.rows[1]).toEqual(['S02', '31', 'm']);
    expect(parseDelimited('a\tb\n1\t2\t\n3\t4\t\n', 'x').columns).toEqual(['a', 'b']);
    expect(() => parseDelimited('a,b\n1,2,3,4\n5,6,7,8\n', 'x.csv')).toThrow(
      expect.objectContaining({ code: 'table.longer-rows' }),
    );
  });

  test('columns lined up with blanks, as R and MATLAB write them; prose is no table', () => {
    const r = '"age" "group"\n"S 1" 23 "a b"\n"S 2" NA c\n';
    expect(parseDelimited(r, 'x.txt')).toMatchObject({
      columns: ['Unnamed: 0', 'age', 'group'],
      rows: [
        ['S 1', '23', 'a b'],
        ['S 2', 'NA', 'c'],
      ],
      dialect: { delimiter: ' ' },
    });
    const matlab = '   1.0000000e+00  -2.5\n   2.0000000e+00   3.5\n   3.0   4.5\n';
    expect(parseDelimited(matlab, 'x.txt')).toMatchObject({
      nameless: true,
      rows: [
        ['2.0000000e+00', '3.5'],
        ['3.0', '4.5'],
      ],
    });
    expect(() => parseDelimited('to be or not\nto be that is\nthe question is asked\n', 'x.txt')).toThrow(
      expect.objectContaining({ code: 'table.no-columns' }),
    );
  });

  test('short rows are filled, blank lines and foreign line ends passed over', () => {
    expect(parseTsv('\uFEFFa\tb\r\n1\r\n\r\n2\t3\r\n', 'x')).toEqual({
      columns: ['a', 'b'],
      rows: [
        ['1', ''],
        ['2', '3'],
      ],
    });
  });
});

describe('npy', () => {
  test('written arrays are read back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { maxLength: 4 }),
        fc.constantFrom(Float32Array, Float64Array, Int16Array, Uint8Array),
        (shape, Type) => {
          const data = new Type(shape.reduce((a, b) => a * b, 1)).fill(7).map((value, n) => value + n);
          expect(parseNpy(npyBytes({ shape, data }), 'x')).toEqual({ shape, data });
        },
      ),
    );
  });

  test('big-endian and column-major arrays come out row-major; objects are refused', () => {
    const header = (descr: string, fortran: string): Buffer => {
      const text = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (2, 3), }`.padEnd(117);
      return Buffer.concat([
        Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
        Buffer.from([118, 0]),
        Buffer.from(`${text}\n`),
      ]);
    };
    const values = Buffer.from(Int16Array.of(1, 4, 2, 5, 3, 6).buffer).swap16();
    expect([...parseNpy(Buffer.concat([header('>i2', 'True'), values]), 'x').data]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(() => parseNpy(header('|O', 'False'), 'x')).toThrow(
      expect.objectContaining({ code: 'npy.pickle' }),
    );
    expect(() => parseNpy(header('<U12', 'False'), 'x')).toThrow(
      expect.objectContaining({ code: 'npy.unsupported-type' }),
    );
    expect(() => parseNpy(header('<f8', 'False'), 'x')).toThrow(
      expect.objectContaining({ code: 'npy.damaged' }),
    );
  });
});

describe('BIDS', () => {
  test('names are taken apart and put together in BIDS order', () => {
    expect(bidsFileName({ run: 1, task: 'story', sub: '01' }, 'bold', '.nii.gz')).toBe(
      'sub-01_task-story_run-1_bold.nii.gz',
    );
    expect(parseBidsName('sub-01_task-story_run-1_bold.nii.gz')).toEqual({
      entities: { sub: '01', task: 'story', run: '1' },
      suffix: 'bold',
      extension: '.nii.gz',
    });
    expect(parseBidsName('sub-01_task-a_bold_space-MNI_variant-smoothAROMAnonaggr_preproc.nii.gz')).toEqual(
      parseBidsName('sub-01_task-a_space-MNI_desc-smoothAROMAnonaggr_bold.nii.gz'),
    );
    expect(parseBidsName('sub-01_T1w_brainmask.nii.gz')).toEqual(
      parseBidsName('sub-01_desc-brain_mask.nii.gz'),
    );
    expect(parseBidsName('sub-01_task-a_bold_space-fsaverage5.L.func.gii')).toEqual(
      parseBidsName('sub-01_task-a_hemi-L_space-fsaverage5_bold.func.gii'),
    );
    expect(parseBidsName('notes.final.txt')?.extension).toBe('.final.txt');
    expect(parseBidsName('sub-01_sub-02_bold.nii')).toBeNull();
    expect(() => bidsFileName({ sub: '0_1' }, 'bold', '.nii')).toThrow(RangeError);
  });

  test('inheritance: nearer sidecars override key by key, others do not apply', async () => {
    const root = join(folder, 'bids');
    await writeText(join(root, 'dataset_description.json'), '{"Name":"x"}');
    await writeText(join(root, 'bold.json'), '{"A":1,"B":1,"C":1}');
    await writeText(join(root, 'task-x_bold.json'), '{"B":2}');
    await writeText(join(root, 'sub-01', 'sub-01_bold.json'), '{"C":3}');
    await writeText(join(root, 'sub-01', 'func', 'sub-01_task-x_run-2_bold.json'), '{"A":9}');
    await writeText(join(root, 'sub-02', 'sub-02_bold.json'), '{"A":9}');
    await writeText(join(root, 'sub-01', 'func', 'sub-01_task-x_run-1_bold.nii'), 'x');
    const tree = await readBidsTree(root);
    const image = tree.files.find((file) => file.relative.endsWith('.nii'));
    const { values, notices } = await inheritedSidecar(tree, image ?? tree.files[0]);
    expect(notices.map(({ code }) => code)).toEqual(['bids.ambiguous-sidecar']);
    expect(values).toEqual({ A: 1, B: 2, C: 3 });
  });

  test('confounds: 24 motion columns, CompCor by its JSON with cosines, scrubbing, n/a set to 0', async () => {
    const motion = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'].flatMap((axis) =>
      ['', '_derivative1', '_power2', '_derivative1_power2'].map((ending) => axis + ending),
    );
    const columns = [
      ...motion,
      'framewise_displacement',
      'std_dvars',
      'a_comp_cor_00',
      'w_comp_cor_00',
      'a_comp_cor_01',
      'cosine00',
      'non_steady_state_outlier00',
    ];
    const rows = [0, 1, 2].map((row) =>
      columns.map((column) => {
        if (row === 0 && /derivative1|displacement|dvars/.test(column)) return 'n/a';
        if (column === 'framewise_displacement') return row === 2 ? 0.7 : 0.1;
        if (column === 'std_dvars') return 1;
        return row + 1;
      }),
    );
    const path = join(folder, 'sub-01_desc-confounds_timeseries.tsv');
    writeFileSync(path, formatTsv(columns, rows));
    writeFileSync(
      path.replace('.tsv', '.json'),
      JSON.stringify({
        a_comp_cor_00: { Method: 'aCompCor', Mask: 'combined', Retained: true },
        a_comp_cor_01: { Method: 'aCompCor', Mask: 'combined', Retained: false },
        w_comp_cor_00: { Method: 'aCompCor', Mask: 'WM', Retained: true },
      }),
    );
    const strategy = confoundStrategySchema.parse({
      motion: '24',
      aCompCor: 5,
      scrub: { framewiseDisplacement: 0.5, standardizedDvars: 1.5 },
    });
    const found = await readConfounds(path, strategy);
    expect(found.columns).toEqual([
      ...motion,
      'a_comp_cor_00',
      'cosine00',
      'non_steady_state_outlier00',
      'scrub_0002',
    ]);
    expect(found.scrubbedVolumes).toEqual([2]);
    expect([...found.data.subarray(0, 4)]).toEqual([1, 0, 1, 0]);
    expect(found.data.at(-1)).toBe(1);
    expect(found.notices.map(({ code }) => code)).toEqual(['confounds.filled']);
  });

  test('confounds of fMRIPrep 1.0: former names, and derivatives and squares that it did not write', async () => {
    const path = join(folder, 'sub-01_task-x_bold_confounds.tsv');
    const columns = ['CSF', 'WhiteMatter', 'aCompCor00', 'Cosine00', 'NonSteadyStateOutlier00'];
    const axes = ['X', 'Y', 'Z', 'RotX', 'RotY', 'RotZ'];
    const rows = [1, 3, 6].map((value) => [...columns.map(() => 2), ...axes.map(() => value)]);
    writeFileSync(path, formatTsv([...columns, ...axes], rows));
    const strategy = confoundStrategySchema.parse({ motion: '24', aCompCor: 1, whiteMatterCsf: true });
    const found = await readConfounds(path, strategy);
    expect(found.columns.slice(0, 4)).toEqual([
      'trans_x',
      'trans_x_derivative1',
      'trans_x_power2',
      'trans_x_derivative1_power2',
    ]);
    expect(found.columns.slice(-5)).toEqual([
      'csf',
      'white_matter',
      'a_comp_cor_00',
      'cosine00',
      'non_steady_state_outlier00',
    ]);
    const firstFour = [0, 1, 2].map((row) => [...found.data.subarray(row * 29, row * 29 + 4)]);
    expect(firstFour).toEqual([
      [1, 0, 1, 0],
      [3, 2, 9, 4],
      [6, 3, 36, 9],
    ]);
    expect(found.notices.map(({ code }) => code)).toEqual(['confounds.computed', 'confounds.filled']);
  });
});

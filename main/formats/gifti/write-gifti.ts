/**
 * One value a vertex of one hemisphere as a GIFTI file (GIFTI 1.0, nitrc.org/projects/gifti): float32, Base64,
 * little-endian.
 * @param intent such as "NIFTI_INTENT_CORREL"
 */
export function giftiOfValues(values: Float32Array, side: 'left' | 'right', intent: string): string {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => {
    bytes.writeFloatLE(value, at * 4);
  });
  const structure = side === 'left' ? 'CortexLeft' : 'CortexRight';
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE GIFTI SYSTEM "http://www.nitrc.org/frs/download.php/115/gifti.dtd">
<GIFTI Version="1.0" NumberOfDataArrays="1">
<MetaData><MD><Name><![CDATA[AnatomicalStructurePrimary]]></Name><Value><![CDATA[${structure}]]></Value></MD></MetaData>
<LabelTable/>
<DataArray Intent="${intent}" DataType="NIFTI_TYPE_FLOAT32" ArrayIndexingOrder="RowMajorOrder" Dimensionality="1" Dim0="${values.length}" Encoding="Base64Binary" Endian="LittleEndian" ExternalFileName="" ExternalFileOffset="">
<MetaData/>
<Data>${bytes.toString('base64')}</Data>
</DataArray>
</GIFTI>
`;
}

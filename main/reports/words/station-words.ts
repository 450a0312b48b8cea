/** Words of the station's one-page report; `{name}` stands for a value. */
export interface StationWords {
  readonly language: string;
  readonly title: string;
  readonly notMedical: string;
  readonly simulated: string;
  readonly map: string;
  readonly riskMap: string;
  readonly pointsLegend: string;
  readonly centreLegend: string;
  readonly quantity: string;
  readonly value: string;
  readonly definition: string;
  readonly minutes: string;
  readonly cells: string;
  readonly head: Readonly<Record<'device' | 'pseudonym' | 'mat' | 'stream' | 'state', string>>;
  readonly stream: string;
  readonly states: Readonly<Record<string, string>>;
  /** Name and definition of every number. */
  readonly rows: Readonly<
    Record<
      | 'peak'
      | 'mean'
      | 'contact'
      | 'dispersion'
      | 'ppi'
      | 'centre'
      | 'symmetry'
      | 'sameWay'
      | 'pressureTime'
      | 'posture',
      readonly [string, string]
    >
  >;
  readonly postures: Readonly<Record<string, string>>;
  readonly unknown: string;
  readonly trainedOn: Readonly<Record<'simulated' | 'pmd' | 'recordings', string>>;
  readonly balance: string;
  readonly balanceRows: Readonly<
    Record<'path' | 'velocity' | 'ellipse' | 'axes' | 'range', readonly [string, string]>
  >;
  readonly slow: string;
  readonly gait: string;
  readonly gaitRows: Readonly<
    Record<
      'steps' | 'cadence' | 'stance' | 'swing' | 'stride' | 'double' | 'asymmetry',
      readonly [string, string]
    >
  >;
  readonly notes: string;
  readonly foot: string;
}

export const stationEn: StationWords = {
  language: 'en',
  title: 'Pressure station',
  notMedical: 'Not a medical device: for research and training, not for diagnosis or treatment.',
  simulated: 'SIMULATED: no person was measured.',
  map: 'Pressure, newest frame',
  riskMap: 'Pressure × time since the last turn',
  pointsLegend: 'Pink points: keypoints found without labels; they carry no anatomical names.',
  centreLegend: 'White: path of the centre of pressure.',
  quantity: 'Quantity',
  value: 'Value',
  definition: 'Definition',
  minutes: 'min',
  cells: 'cells',
  head: {
    device: 'Device',
    pseudonym: 'Pseudonym',
    mat: 'Mat',
    stream: 'Stream',
    state: 'State',
  },
  stream:
    '{frames} frames at {rate} Hz; {lost} lost, {corrupt} corrupt, {reconnects} reconnections; cells above {threshold} {unit} count as loaded',
  states: {
    connecting: 'connecting',
    running: 'live',
    interrupted: 'interrupted',
    ended: 'ended',
    closed: 'closed',
  },
  rows: {
    peak: ['Peak pressure', 'Highest cell.'],
    mean: ['Mean pressure', 'Mean of the loaded cells.'],
    contact: ['Contact area', 'Loaded cells × area of a cell.'],
    dispersion: [
      'Dispersion index',
      'Greatest sum in any 8 × 6 cells / sum of the mat; 50 % and more is flagged.',
    ],
    ppi: ['Peak pressure index', 'Greatest mean over cells of about 10 cm².'],
    centre: ['Centre of pressure', 'Σ(p·x)/Σp over loaded cells; from the left, from the top edge.'],
    symmetry: ['Left : right', 'Share of the load on each half of the mat.'],
    sameWay: ['Same position for', 'Since half or more of the load last moved, or the last turn was noted.'],
    pressureTime: ['Highest pressure × time', 'Greatest sum of pressure × time of any cell since then.'],
    posture: [
      'Posture',
      'Vote of the 15 nearest known frames in the space of keypoints; under 70 % unknown.',
    ],
  },
  postures: { supine: 'on the back', prone: 'on the belly', left: 'left side', right: 'right side' },
  unknown: 'unknown',
  trainedOn: {
    simulated: 'Learned from simulated people.',
    pmd: 'Learned from the pmd recordings.',
    recordings: 'Learned from recordings of this project.',
  },
  balance: 'Balance, {seconds} s at {rate} Hz',
  balanceRows: {
    path: ['Path length', 'Sum of distances between neighbouring centres; gaps are not bridged.'],
    velocity: ['Mean velocity', 'Path length / time.'],
    ellipse: ['95 % ellipse', 'π · 5.991 · √det(covariance): χ² with 2 degrees of freedom.'],
    axes: ['Semi-axes', '√(5.991 · eigenvalue) of the covariance.'],
    range: ['Range, side to side × along', 'Greatest minus smallest centre.'],
  },
  slow: 'Under 20 frames a second sway is not resolved.',
  gait: 'Gait, {seconds} s',
  gaitRows: {
    steps: ['Contacts', 'Loadings of either half that begin and end in the test.'],
    cadence: ['Cadence', '60 / mean step time; a step lasts from a first contact to the other foot’s.'],
    stance: ['Stance', 'Mean time of a contact.'],
    swing: ['Swing', 'Mean time between two contacts of the same foot.'],
    stride: ['Stride', 'Mean time between first contacts of the same foot.'],
    double: ['Double support', 'Share of whole strides in which both feet are loaded.'],
    asymmetry: ['Stance left / right', '|left − right| / mean: {asymmetry} %.'],
  },
  notes: 'Notes',
  foot: 'Made with Gyrus {version} on this machine; nothing was sent anywhere.',
};

export const stationZh: StationWords = {
  language: 'zh',
  title: '压力工作站',
  notMedical: '非医疗器械：仅供研究与培训，不用于诊断或治疗。',
  simulated: '模拟数据：没有测量任何人。',
  map: '压力，最新一帧',
  riskMap: '上次翻身以来的压力 × 时间',
  pointsLegend: '粉色点：无标注发现的关键点，不带解剖名称。',
  centreLegend: '白色：压力中心轨迹。',
  quantity: '量',
  value: '数值',
  definition: '定义',
  minutes: 'min',
  cells: '单元',
  head: { device: '设备', pseudonym: '化名', mat: '垫', stream: '数据流', state: '状态' },
  stream:
    '{frames} 帧，{rate} Hz；丢失 {lost}，损坏 {corrupt}，重连 {reconnects}；高于 {threshold} {unit} 的单元视为受压',
  states: {
    connecting: '正在连接',
    running: '实时',
    interrupted: '已中断',
    ended: '已结束',
    closed: '已关闭',
  },
  rows: {
    peak: ['峰值压力', '最高的单元。'],
    mean: ['平均压力', '受压单元的平均值。'],
    contact: ['接触面积', '受压单元数 × 单元面积。'],
    dispersion: ['分散指数', '任意 8 × 6 单元的最大和 / 整垫之和；达 50 % 时提示。'],
    ppi: ['峰值压力指数', '约 10 cm² 单元的最大平均值。'],
    centre: ['压力中心', '受压单元的 Σ(p·x)/Σp；距左缘、距上缘。'],
    symmetry: ['左 : 右', '垫面两半各自的负荷份额。'],
    sameWay: ['保持同一体位', '自一半以上负荷移动或记录翻身以来。'],
    pressureTime: ['最高压力 × 时间', '自那时起任一单元压力 × 时间之和的最大值。'],
    posture: ['体位', '关键点空间中最近 15 个已知帧的表决；低于 70 % 为未知。'],
  },
  postures: { supine: '仰卧', prone: '俯卧', left: '左侧卧', right: '右侧卧' },
  unknown: '未知',
  trainedOn: {
    simulated: '由模拟人体学得。',
    pmd: '由 pmd 记录学得。',
    recordings: '由本项目的记录学得。',
  },
  balance: '平衡，{seconds} s，{rate} Hz',
  balanceRows: {
    path: ['轨迹长度', '相邻中心距离之和；空缺不连接。'],
    velocity: ['平均速度', '轨迹长度 / 时间。'],
    ellipse: ['95 % 椭圆', 'π · 5.991 · √det(协方差)：自由度为 2 的 χ²。'],
    axes: ['半轴', '协方差的 √(5.991 · 特征值)。'],
    range: ['范围，左右 × 纵向', '中心的最大值减最小值。'],
  },
  slow: '低于每秒 20 帧时无法分辨晃动。',
  gait: '步态，{seconds} s',
  gaitRows: {
    steps: ['触地次数', '测试中开始并结束的任一侧受压。'],
    cadence: ['步频', '60 / 平均步时；一步为一侧首次触地到另一侧首次触地。'],
    stance: ['支撑相', '一次触地的平均时间。'],
    swing: ['摆动相', '同侧两次触地之间的平均时间。'],
    stride: ['步幅周期', '同侧两次首次触地之间的平均时间。'],
    double: ['双支撑', '完整步幅中两脚同时受压的份额。'],
    asymmetry: ['左 / 右支撑相', '|左 − 右| / 平均值：{asymmetry} %。'],
  },
  notes: '注释',
  foot: '由本机上的 Gyrus {version} 生成；没有发送任何数据。',
};

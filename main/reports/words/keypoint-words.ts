import type { AblationVerdict } from '../../contract/pressure-keypoints.ts';

/** Words of the keypoint study's report; `{name}` stands for a value. */
export interface KeypointWords {
  readonly simulated: string;
  /** Names of methods and variants by the study's own, as letters and hyphens; what is absent stands as it is. */
  readonly names: Readonly<Record<string, string>>;
  readonly marks: string;
  readonly marksHead: readonly string[];
  readonly markNames: Readonly<Record<string, string>>;
  readonly met: string;
  readonly notMet: string;
  readonly joints: string;
  readonly jointsCaption: string;
  readonly jointsHead: readonly string[];
  readonly jointError: string;
  readonly transfer: string;
  readonly steadiness: string;
  readonly steadinessHead: readonly string[];
  /** Name and definition. */
  readonly steady: Readonly<Record<string, readonly [string, string]>>;
  readonly cells: string;
  readonly drawings: string;
  readonly drawingsCaption: string;
  readonly drawingsHead: readonly string[];
  readonly postures: string;
  readonly posturesCaption: string;
  readonly pmd: string;
  readonly pmdCaption: string;
  readonly peopleCaption: string;
  /** Method, accuracy and interval; a column for each person follows. */
  readonly peopleHead: readonly [string, string, string];
  readonly standIns: string;
  readonly accuracy: string;
  readonly ablations: string;
  readonly ablationsCaption: string;
  readonly ablationsHead: readonly string[];
  readonly verdicts: Readonly<Record<AblationVerdict, string>>;
  readonly warmStart: string;
  readonly warmStartCaption: string;
  readonly warmStartHead: readonly string[];
  readonly failures: string;
  readonly failuresCaption: string;
  readonly failureNames: Readonly<Record<string, string>>;
  readonly methods: string;
}

export const keypointEn: KeypointWords = {
  simulated:
    'Simulated people: nobody lay on a mat, but where real mats are named. Not a medical device: nothing here is for diagnosis.',
  names: {},
  marks: 'Marks that the study holds itself to',
  marksHead: ['mark', 'value', 'goal', ''],
  markNames: {
    'gain-over-peak-grid': 'Joint error lower than a grid of peaks by, at least',
    'gain-over-k-means': 'Joint error lower than k-means by, at least',
    'ratio-to-supervised': 'Joint error ÷ that of the supervised regressor, at most',
    'warm-start':
      'Regression steps after the mask stage (its own steps not counted) ÷ without it, median, under',
    'warm-start-in-all': 'Steps of both stages ÷ without the mask stage, median, under',
  },
  met: 'met',
  notMet: 'not met',
  joints: 'Joints foretold from points',
  jointsCaption:
    'Linear regression from points to 14 joints, fitted on training people, scored on held-out ones. Mean distance with its 95 % bootstrap interval over recordings; PCK@.2 is the share of joints closer than 0.2 × trunk (neck to mid-hip).',
  jointsHead: ['method', 'mean error (cm)', '95 %', 'PCK@.2 (%)'],
  jointError: 'mean joint error (cm)',
  transfer: 'Another mat, nothing trained anew',
  steadiness: 'Steadiness and cost',
  steadinessHead: ['quantity', 'value', 'definition'],
  steady: {
    equivariance: [
      'Equivariance error',
      'Mean distance between a point and where a known shift (up to 3 cells) and rotation (up to 15°) should have taken it.',
    ],
    repeatability: ['Repeatability', 'Mean movement between neighbouring, nearly identical frames.'],
    keepsPlace: [
      'Points that keep their place',
      'Share of points that are nearest to themselves in the next frame.',
    ],
    onEmptyMat: ['Points on empty mat', 'Share of points with nothing pressing within one cell.'],
    parameters: [
      'Encoder parameters',
      'All that detection needs; fuser {fuser} and decoder {decoder} only train.',
    ],
    flops: ['FLOPs a frame', 'Two for each multiply-accumulate, counted analytically for one frame.'],
    time: ['Time a frame', 'Measured in this run, in batches, with drawing.'],
  },
  cells: 'cells',
  drawings: 'Reconstruction',
  drawingsCaption:
    'Normalised maps (0 to 1) of held-out people, redrawn from as many numbers a frame as the keypoints have.',
  drawingsHead: ['method', 'L1', 'SSIM'],
  postures: 'Posture from keypoints alone',
  posturesCaption: 'Held-out simulated people, each left out once; 95 % bootstrap over people.',
  pmd: 'Real mats: PhysioNet pmd',
  pmdCaption:
    '{subjects} people, {recordings} recordings, {frames} frames; {corrupt} garbled frames left out, {hot} hot cells repaired; each recording left out once, 95 % bootstrap over recordings; the network saw all frames without labels; trained in {seconds} s.',
  peopleCaption:
    'Each person left out once: neither the keypoint network nor the classifiers saw a frame of them. 95 % bootstrap over recordings.',
  peopleHead: ['method', 'accuracy (%)', '95 %'],
  standIns: 'Nobody else shows {missing} of {subject}: simulated people trained beside the others.',
  accuracy: 'accuracy (%)',
  ablations: 'Ablations',
  ablationsCaption:
    'Each variant trained for {steps} regression steps; means of {seeds} seeds. Better or worse is said only where all seeds agree.',
  ablationsHead: [
    'variant',
    'joints (cm)',
    'each seed (cm)',
    'beside “all”',
    'PCK@.2 (%)',
    'L1',
    'SSIM',
    'equivariance (cells)',
    'moves (cells)',
    'keeps place (%)',
  ],
  verdicts: { better: 'better', worse: 'worse', undecided: 'seeds disagree' },
  warmStart: 'Two stages (CRWT) against one',
  warmStartCaption: 'Steps until the loss on which direct training ended is first reached; “–”: never.',
  warmStartHead: [
    'seed',
    'first weights',
    'loss to reach',
    'steps, direct',
    'regression steps, two stages',
    'first stage',
    'steps of both',
  ],
  failures: 'Where it fails',
  failuresCaption:
    'The worst frames of each kind. Rings: the point in question; lines: where it went, or the foretold joint; crosses: true joints. Points carry no anatomical names.',
  failureNames: {
    'on-empty-mat': 'point on empty mat',
    'changed-places': 'points changed places',
    'drawn-badly': 'badly redrawn',
    'joint-far-off': 'joints far off',
  },
  methods:
    'Simulated articulated bodies ({subjects} people, {poses} poses each) were laid on a simulated mat of 64 × 32 cells with sensor noise and hot cells; the last quarter of the people was held out. An encoder-fuser-decoder network after Yu et al. (2024, arXiv 2402.14241, from its description) with {keypoints} keypoints was trained without labels in two stages: contact mask ({classification} steps), then the map ({regression} steps; L1 + MSE + 1 − SSIM with concentration, separation, equivariance and coverage losses), batches of {batch}, seed {seed}.',
};

export const keypointZh: KeypointWords = {
  simulated: '模拟人体：除注明真实垫之处外，没有人躺在垫上。非医疗器械：此处内容不用于诊断。',
  names: {
    supine: '仰卧',
    left: '左侧卧',
    right: '右侧卧',
    'discovered-points': '发现的点',
    'supervised-regressor': '监督回归器（已知关节）',
    'peak-grid': '峰值网格',
    'k-means-on-pressure': '压力 k 均值',
    'mean-pose': '平均姿势',
    keypoints: '关键点',
    'mean-map': '平均图',
    'principal-components': '主成分（{count} 个数）',
    'keypoints-gcn': '关键点，GCN',
    'keypoints-gat': '关键点，GAT',
    'keypoints-graphsage': '关键点，GraphSAGE',
    'keypoints-nearest-neighbours': '关键点，最近邻',
    'keypoints-logistic': '关键点，逻辑回归',
    'raw-pixels-nearest-neighbours': '原始像素，最近邻',
    'raw-pixels-logistic': '原始像素，逻辑回归',
    'raw-pixels-convolutional-network': '原始像素，卷积网络',
    foreign: '{name}（模型未见过 pmd）',
    all: '全部损失，两阶段',
    'one-stage-only': '仅一阶段',
    'without-concentration': '无集中',
    'without-separation': '无分离',
    'without-equivariance': '无等变',
    'without-coverage': '无覆盖',
    'equivariance-without-shift': '等变无平移',
    'equivariance-without-flip': '等变无翻转',
    'equivariance-without-rotation': '等变无旋转',
    'equivariance-without-thin-plate': '等变无薄板',
    'with-temporal-consistency': '加时间一致',
    'decoder-not-shown-the-points': '解码器不见点',
    'as-in-the-paper-reconstruction-only': '如论文：仅重建',
    'discovered-points-with-spread': '发现的点及其散布',
    'k-means-with-spread': 'k 均值及其散布',
  },
  marks: '研究自设的目标',
  marksHead: ['目标项', '数值', '目标', ''],
  markNames: {
    'gain-over-peak-grid': '关节误差低于峰值网格，至少',
    'gain-over-k-means': '关节误差低于 k 均值，至少',
    'ratio-to-supervised': '关节误差 ÷ 监督回归器误差，至多',
    'warm-start': '掩模阶段之后的回归步数（掩模阶段本身不计）÷ 直接训练步数，中位数，小于',
    'warm-start-in-all': '两阶段总步数 ÷ 直接训练步数，中位数，小于',
  },
  met: '已达到',
  notMet: '未达到',
  joints: '由点预测关节',
  jointsCaption:
    '由点到 14 个关节的线性回归，由训练者拟合，在未训练者上评分。平均距离及按记录自助法的 95 % 区间；PCK@.2 为距离小于 0.2 × 躯干（颈到髋中点）的关节份额。',
  jointsHead: ['方法', '平均误差 (cm)', '95 %', 'PCK@.2 (%)'],
  jointError: '平均关节误差 (cm)',
  transfer: '另一垫，未重新训练',
  steadiness: '稳定性与代价',
  steadinessHead: ['量', '数值', '定义'],
  steady: {
    equivariance: ['等变误差', '点与其在已知平移（至多 3 单元）和旋转（至多 15°）后应处位置之间的平均距离。'],
    repeatability: ['重复性', '相邻、近乎相同的帧之间的平均移动。'],
    keepsPlace: ['保持位置的点', '在下一帧中离自身最近的点的份额。'],
    onEmptyMat: ['落在空垫上的点', '一个单元之内无压力的点的份额。'],
    parameters: ['编码器参数', '检测仅需编码器；融合器 {fuser} 与解码器 {decoder} 只用于训练。'],
    flops: ['每帧 FLOPs', '每次乘加计两次，按单帧解析计数。'],
    time: ['每帧耗时', '在本次运行中成批测得，含重绘。'],
  },
  cells: '单元',
  drawings: '重建',
  drawingsCaption: '未训练者的归一化压力图（0 到 1），由与关键点相同数量的数重绘。',
  drawingsHead: ['方法', 'L1', 'SSIM'],
  postures: '仅由关键点判断体位',
  posturesCaption: '未训练的模拟人体，各留出一次；按人自助法的 95 % 区间。',
  pmd: '真实垫：PhysioNet pmd',
  pmdCaption:
    '{subjects} 人，{recordings} 段记录，{frames} 帧；略去 {corrupt} 个损坏帧，修复 {hot} 个热单元；每段记录各留出一次，按记录自助法的 95 % 区间；关键点网络无标注地见过所有帧；训练 {seconds} s。',
  peopleCaption: '每人各留出一次：关键点网络与分类器均未见过其任何帧。按记录自助法的 95 % 区间。',
  peopleHead: ['方法', '准确率 (%)', '95 %'],
  standIns: '其他人中无人呈现 {subject} 的 {missing}：与其他人一起参与训练的还有模拟人体。',
  accuracy: '准确率 (%)',
  ablations: '消融',
  ablationsCaption: '每个变体训练 {steps} 个回归步，{seeds} 个种子的均值。仅当所有种子一致时才给出优劣。',
  ablationsHead: [
    '变体',
    '关节 (cm)',
    '各种子 (cm)',
    '与“全部”相比',
    'PCK@.2 (%)',
    'L1',
    'SSIM',
    '等变误差（单元）',
    '移动（单元）',
    '保持位置 (%)',
  ],
  verdicts: { better: '更好', worse: '更差', undecided: '种子不一致' },
  warmStart: '两阶段（CRWT）与单阶段',
  warmStartCaption: '首次达到直接训练最终损失所需的步数；“–”：未达到。',
  warmStartHead: ['种子', '初始权重', '目标损失', '直接训练步数', '两阶段回归步数', '第一阶段', '两阶段合计'],
  failures: '失败之处',
  failuresCaption: '每类中最差的帧。圆圈：所指的点；线段：其去向或预测的关节；叉：真实关节。点不带解剖名称。',
  failureNames: {
    'on-empty-mat': '点落在空垫上',
    'changed-places': '点互换位置',
    'drawn-badly': '重绘不佳',
    'joint-far-off': '关节偏差大',
  },
  methods:
    '将模拟的关节人体（{subjects} 人，每人 {poses} 个姿势）置于 64 × 32 单元、带传感器噪声与热单元的模拟垫上；最后四分之一的人不参与训练。依 Yu 等（2024，arXiv 2402.14241）的描述构建编码器-融合器-解码器网络，{keypoints} 个关键点，无标注两阶段训练：接触掩模（{classification} 步），再到压力图（{regression} 步；L1 + MSE + 1 − SSIM，并加集中、分离、等变与覆盖损失），每批 {batch} 帧，种子 {seed}。',
};

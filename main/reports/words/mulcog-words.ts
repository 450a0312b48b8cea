/** Sentences of the MulCogBench report that do not come from the data; `{name}` stands for a value. */
export interface MulcogWords {
  readonly score: string;
  readonly heat: string;
  readonly heatCaption: string;
  readonly profiles: string;
  readonly profilesCaption: string;
  readonly units: string;
  readonly unitsCaption: string;
  readonly brains: string;
  readonly brainsCaption: string;
  readonly sensors: string;
  readonly sensorsCaption: string;
  readonly shuffled: string;
  readonly shuffledCaption: string;
  readonly contrasts: string;
  readonly contrastsCaption: string;
  readonly growth: string;
  readonly growthCaption: string;
  readonly agreement: string;
  readonly ceilings: string;
  readonly ceilingsCaption: string;
  readonly models: Readonly<Record<string, string>>;
  readonly languages: Readonly<Record<string, string>>;
  readonly levels: Readonly<Record<string, string>>;
  readonly modalities: Readonly<Record<string, string>>;
  readonly columns: {
    readonly kind: string;
    readonly language: string;
    readonly model: string;
    readonly difference: string;
    readonly interval: string;
    readonly best: string;
    readonly contextual: string;
    readonly static: string;
    readonly items: string;
    readonly subjects: string;
    readonly ceiling: string;
    readonly how: string;
    readonly meanPattern: string;
    readonly trialwise: string;
    readonly leftOut: string;
  };
  readonly how: Readonly<Record<'measures' | 'patterns', string>>;
}

export const mulcogEn: MulcogWords = {
  score: 'r above shuffled embeddings',
  heat: 'Layer × kind of data',
  heatCaption:
    'Mean Pearson r over columns and subjects of similarity encoding; every item is predicted from items of other stories (or sentences) and other words. What shuffled embeddings score (half of the shuffles) is taken off.',
  profiles: 'Profiles with controls and ceilings',
  profilesCaption:
    'Scores with 95 % intervals over stories, sentences or words: models filled, layers of one model joined, controls open. Dashed: how well subjects know each other, where there are several. One scale for all panels.',
  units: 'Layer × region, time window or measure',
  unitsCaption: 'The same scores, part by part. One colour scale for all figures of scores.',
  brains: 'Region × layer on the brain',
  brainsCaption:
    'Score of each region in stories, left and right view. The files give no coordinates: a region is drawn where its name suggests, on landmark regions of the bundled brain.',
  sensors: 'Sensors in time',
  sensorsCaption:
    'Mean r over subjects of every sensor and time window at the layer of "{model}" that inner folds chose, as it is, nothing taken off; one colour scale a kind. Open circles were left out.',
  shuffled: 'Shuffled embeddings',
  shuffledCaption:
    'Score of the other half of the shuffles, after the same correction: what every score above must be judged against.',
  contrasts: 'Shallow or deep',
  contrastsCaption:
    'Gain of the deepest over the lowest layer in stories, fMRI minus MEG. Above 0: shallow layers go with MEG, deep ones with fMRI.',
  growth: 'Context-aware against context-free',
  growthCaption: 'Scores of the layer that inner folds chose, and their difference.',
  agreement:
    '{first} and {second} agree at r = {r} over {cells} cells of the same kind, model and layer, the mean of each kind removed (p = {p}).',
  ceilings: 'Ceilings and controls',
  ceilingsCaption:
    'A constant pattern (the training mean) can say nothing item by item, but reaches a high trial-wise score as that was released.',
  models: {
    encoder: 'Encoder',
    vectors: 'Word vectors',
    'co-occurrence': 'Co-occurrence',
    untrained: 'Untrained encoder',
    form: 'Length and frequency',
    place: 'Position and rate',
  },
  languages: { en: 'English', zh: 'Chinese' },
  levels: { word: 'words', sentence: 'sentences', discourse: 'stories' },
  modalities: { rating: 'ratings', eye: 'eye', fmri: 'fMRI', meg: 'MEG' },
  columns: {
    kind: 'kind of data',
    language: 'language',
    model: 'model',
    difference: 'difference',
    interval: '95 %',
    best: 'best layer by kind',
    contextual: 'context-aware',
    static: 'context-free',
    items: 'items',
    subjects: 'subjects',
    ceiling: 'ceiling',
    how: 'how',
    meanPattern: 'mean pattern',
    trialwise: 'trial-wise',
    leftOut: 'words left out',
  },
  how: { measures: 'r with the mean of the others', patterns: "the others' patterns as embeddings" },
};

export const mulcogZh: MulcogWords = {
  score: '高于打乱嵌入的 r',
  heat: '层 × 数据类型',
  heatCaption:
    '相似性编码在各列与被试上的平均皮尔逊 r；每项只由其他故事（或句子）、其他词的条目预测，并减去打乱嵌入（一半的打乱）所得。',
  profiles: '各层得分、对照与上限',
  profilesCaption:
    '得分及其在故事、句子或词上的 95 % 区间：模型为实心，同一模型的各层相连，对照为空心。虚线：有多名被试时，被试之间相互预测的程度。各图同一刻度。',
  units: '层 × 脑区、时间窗或指标',
  unitsCaption: '同样的得分，逐部分列出。各得分图同一色标。',
  brains: '脑区 × 层（脑图）',
  brainsCaption: '故事中各脑区的得分，左、右视图。文件不含坐标：各脑区按其名称画在自带大脑的标志区上。',
  sensors: '传感器随时间',
  sensorsCaption:
    '在内层折为“{model}”选定的层上，各传感器、各时间窗在被试上的平均 r，未作扣除；每类数据一个色标。空心圆为排除的传感器。',
  shuffled: '打乱的嵌入',
  shuffledCaption: '另一半打乱经同样校正后的得分：上面的每个得分都应以此为参照。',
  contrasts: '浅层还是深层',
  contrastsCaption: '故事中最深层相对最浅层的增益，fMRI 减 MEG。大于 0：浅层对应 MEG，深层对应 fMRI。',
  growth: '有上下文与无上下文',
  growthCaption: '由内层折选定的层的得分及其差值。',
  agreement:
    '去除各类均值后，{first}与{second}在同类、同模型、同层的 {cells} 格上相关为 r = {r}（p = {p}）。',
  ceilings: '上限与对照',
  ceilingsCaption: '恒定模式（训练均值）对逐项预测毫无信息，但在已发布的逐试次得分上很高。',
  models: {
    encoder: '编码器',
    vectors: '词向量',
    'co-occurrence': '共现计数',
    untrained: '未训练编码器',
    form: '词长与词频',
    place: '位置与语速',
  },
  languages: { en: '英语', zh: '汉语' },
  levels: { word: '词', sentence: '句子', discourse: '故事' },
  modalities: { rating: '评分', eye: '眼动', fmri: 'fMRI', meg: 'MEG' },
  columns: {
    kind: '数据类型',
    language: '语言',
    model: '模型',
    difference: '差值',
    interval: '95 %',
    best: '各类最佳层',
    contextual: '有上下文',
    static: '无上下文',
    items: '条目',
    subjects: '被试',
    ceiling: '上限',
    how: '方式',
    meanPattern: '平均模式',
    trialwise: '逐试次',
    leftOut: '排除的词',
  },
  how: { measures: '与其他被试均值的 r', patterns: '以其他被试的模式为嵌入' },
};

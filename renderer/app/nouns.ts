import {
  IconBed,
  IconBinaryTree2,
  IconBrain,
  IconChartHistogram,
  IconDatabase,
  IconFolder,
  IconListCheck,
  IconSettings,
  IconTextRecognition,
  IconTimeline,
} from '@tabler/icons-react';

/** The pages in the order of the rail. `key` is pressed after `g`. */
export const nouns = [
  { name: 'project', path: '/project', key: 'p', icon: IconFolder },
  { name: 'data', path: '/data', key: 'd', icon: IconDatabase },
  { name: 'stimuli', path: '/stimuli', key: 'w', icon: IconTextRecognition },
  { name: 'models', path: '/models', key: 'm', icon: IconBinaryTree2 },
  { name: 'timeline', path: '/timeline', key: 'c', icon: IconTimeline },
  { name: 'studies', path: '/studies', key: 's', icon: IconChartHistogram },
  { name: 'viewer', path: '/viewer', key: 'v', icon: IconBrain },
  { name: 'station', path: '/station', key: 'o', icon: IconBed },
  { name: 'jobs', path: '/jobs', key: 'j', icon: IconListCheck },
  { name: 'settings', path: '/settings', key: 'e', icon: IconSettings },
] as const;

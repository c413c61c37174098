/** The icons of the product by what they stand for. All from Lucide; add one here rather than in a component. */
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Check from '@lucide/svelte/icons/check';
import ChevronDown from '@lucide/svelte/icons/chevron-down';
import ChevronLeft from '@lucide/svelte/icons/chevron-left';
import ChevronRight from '@lucide/svelte/icons/chevron-right';
import ChevronUp from '@lucide/svelte/icons/chevron-up';
import Circle from '@lucide/svelte/icons/circle';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleQuestion from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Contrast from '@lucide/svelte/icons/contrast';
import Copy from '@lucide/svelte/icons/copy';
import Cpu from '@lucide/svelte/icons/cpu';
import Download from '@lucide/svelte/icons/download';
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import Eye from '@lucide/svelte/icons/eye';
import FileText from '@lucide/svelte/icons/file-text';
import FileX from '@lucide/svelte/icons/file-x';
import Folder from '@lucide/svelte/icons/folder';
import Images from '@lucide/svelte/icons/images';
import Info from '@lucide/svelte/icons/info';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import Lock from '@lucide/svelte/icons/lock';
import Maximize from '@lucide/svelte/icons/maximize';
import Minus from '@lucide/svelte/icons/minus';
import PanelRight from '@lucide/svelte/icons/panel-right';
import Pencil from '@lucide/svelte/icons/pencil';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import Square from '@lucide/svelte/icons/square';
import Stamp from '@lucide/svelte/icons/stamp';
import Table from '@lucide/svelte/icons/table-2';
import Trash from '@lucide/svelte/icons/trash-2';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import Undo from '@lucide/svelte/icons/undo-2';
import Upload from '@lucide/svelte/icons/upload';
import Workflow from '@lucide/svelte/icons/workflow';
import X from '@lucide/svelte/icons/x';
import ZoomIn from '@lucide/svelte/icons/zoom-in';
import ZoomOut from '@lucide/svelte/icons/zoom-out';

export const ICONS = {
  add: Plus,
  alert: TriangleAlert,
  back: ArrowLeft,
  check: Check,
  clock: Clock,
  close: X,
  collapse: ChevronUp,
  compare: ArrowLeftRight,
  copy: Copy,
  cpu: Cpu,
  delete: Trash,
  done: CircleCheck,
  down: ChevronDown,
  download: Download,
  edit: Pencil,
  empty: Circle,
  error: CircleX,
  export: Upload,
  eye: Eye,
  file: FileText,
  fileBad: FileX,
  fit: Maximize,
  folder: Folder,
  forward: ArrowRight,
  half: Contrast,
  help: CircleQuestion,
  images: Images,
  info: Info,
  inspector: PanelRight,
  left: ChevronLeft,
  lock: Lock,
  minus: Minus,
  model: Workflow,
  more: Ellipsis,
  play: Play,
  ready: CircleDot,
  right: ChevronRight,
  running: LoaderCircle,
  search: Search,
  settings: Settings,
  stamp: Stamp,
  stop: Square,
  table: Table,
  undo: Undo,
  update: RefreshCw,
  zoomIn: ZoomIn,
  zoomOut: ZoomOut,
} as const;
export type IconName = keyof typeof ICONS;

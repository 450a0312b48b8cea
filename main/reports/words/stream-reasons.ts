import type { ErrorInfo } from '../../contract/errors.ts';
import { fill } from './report-words.ts';

/** Chinese sentences of what ends a stream; the page has the same in its own words. `{name}` stands for a value. */
const chinese: Readonly<Record<string, string>> = {
  'live.over': '记录已播完',
  'live.hid-unplugged': 'HID 设备已拔出',
  'live.hid-absent': 'HID 设备未插入，或本页面无权使用它',
  'live.hid-busy': '无法打开 HID 设备；请关闭正在使用它的其他程序',
  'live.hid-silent': '读取 HID 设备的页面已停止发送',
  'live.serial-gone': '{path} 已拔出或关闭',
  'live.serial-denied': '当前用户无权打开 {path}；在 Linux 上请将用户加入 dialout 组并重新登录',
  'live.serial-absent': '找不到 {path}；设备插好了吗？',
  'live.serial-failed': '无法打开 {path}（{reason}）',
  'live.udp-failed': '无法在 {host} 上监听 UDP 端口 {port}（{reason}）',
  'live.tcp-ended': '{address} 结束了连接',
  'live.tcp-failed': '无法连接 {address}（{reason}）',
  'live.lsl-none': '网络上没有名为 {name} 的 Lab Streaming Layer 流应答',
  'live.lsl-size': '流 {name} 有 {channels} 个通道，而行 × 列为 {cells}',
  'live.lsl-ended': '流 {name} 已结束',
  'live.lsl-failed': '无法读取流 {name}（{reason}）',
  'live.lsl-refused': '流 {name} 拒绝传送数据：{answer}',
  'live.lsl-bytes': '流 {name} 发来的字节不是样本',
  'live.lsl-form': '流 {name} 的数值格式与约定不符',
  'live.not-hid': '当前打开的设备不由页面读取，因此不接收 HID 报告。',
  'live.needs-header': '该连接没有帧边界，需要帧头；请填写帧头，或改用数据报或 HID 报告。',
  'live.torn-batch': '一批 HID 报告在传输中损坏，已丢弃。',
  'live.other-size': '该记录有 {rows} × {cols} 个单元，与设备不同；请修改设备。',
};

/** Why a stream was interrupted, in the report's language; the English sentence where a code has no Chinese one. */
export function streamReason({ code, message, params }: ErrorInfo, language: 'en' | 'zh'): string {
  const sentence = language === 'zh' ? chinese[code] : undefined;
  return sentence === undefined ? message : fill(sentence, params);
}

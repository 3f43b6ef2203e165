"""Normalising a message while remembering where every character came from.

The parser works on a folded copy (half width, lower case, simplified, one sign for one meaning); evidence is always
reported in offsets of the text as it was written.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Traditional characters that occur in trade talk, each with its simplified form at the same place in the second string.
_TRADITIONAL = (
    "個們這來貨單價錢賬帳號數量張條塊顆雙對隻雞魚鴨麵麥類顏紅藍綠黃紫銀銅鐵鋼鋁錫釘絲螺帶電線燈開關閥門網膠紙筆書夾釦鉤"
    "剪鋸錘鑽膩漆刷桶盤裝袋盒箱噸磅兩萬億廠廣東縣區鎮鄉學堂館園務業貿聯豐華榮國際業務經營師傅幫給說請問還沒麼嗎讓對應該發"
    "補換減總計體積場點熱風動機車輪胎圈軸鏈條齒輪濾煙酒飲糧蝦貝醬鹽糖餅乾鮮凍臘腸醃製藥劑術費稅額據單聽講買賣進訂購報詢確認"
    "訊簡繁體圖畫寫讀記錄複製貼剛纔剩餘舊歲時間週禮拜從後邊裡裏麗寧慶滬蘇浙閩贛魯鄭陝寶雞蘭齊齡歐亞羅馬無線強弱長寬髮質層頭髒淨潔劑"
    "護膚蠟燭毛巾褲襪鞋襯衫圍裙罐裝瓶蓋塵垃圾掃帚拖撥繳納稱斤兩擔壓縮氣霧壺鍋碗筷勺盆銹鏽鋅鍍鋅絕緣纜訊號壞爛漏濕掛專"
)
_SIMPLIFIED = (
    "个们这来货单价钱账账号数量张条块颗双对只鸡鱼鸭面麦类颜红蓝绿黄紫银铜铁钢铝锡钉丝螺带电线灯开关阀门网胶纸笔书夹扣钩"
    "剪锯锤钻腻漆刷桶盘装袋盒箱吨磅两万亿厂广东县区镇乡学堂馆园务业贸联丰华荣国际业务经营师傅帮给说请问还没么吗让对应该发"
    "补换减总计体积场点热风动机车轮胎圈轴链条齿轮滤烟酒饮粮虾贝酱盐糖饼干鲜冻腊肠腌制药剂术费税额据单听讲买卖进订购报询确认"
    "讯简繁体图画写读记录复制贴刚才剩余旧岁时间周礼拜从后边里里丽宁庆沪苏浙闽赣鲁郑陕宝鸡兰齐龄欧亚罗马无线强弱长宽发质层头脏净洁剂"
    "护肤蜡烛毛巾裤袜鞋衬衫围裙罐装瓶盖尘垃圾扫帚拖拨缴纳称斤两担压缩气雾壶锅碗筷勺盆锈锈锌镀锌绝缘缆讯号坏烂漏湿挂专"
)
_SIGNS = {
    "×": "*", "✕": "*", "✖": "*", "╳": "*", "∗": "*", "＊": "*", "·": " ", "•": " ", "●": " ",
    "—": "-", "–": "-", "−": "-", "－": "-", "﹣": "-", "～": "~", "〜": "~", "∼": "~",
    "￥": "¥", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "【": "[", "】": "]", "「": "[", "」": "]",
    "！": "!", "？": "?", "“": '"', "”": '"', "‘": "'", "’": "'", "″": '"', "′": "'", "Φ": "φ", "ø": "φ", "Ø": "φ",
    "㎡": "m", "㎜": "mm", "㎝": "cm", "㎏": "kg", "℃": "°c", "Ω": "ω", "²": "2", "³": "3", "½": "半",
    "①": "1.", "②": "2.", "③": "3.", "④": "4.", "⑤": "5.", "⑥": "6.", "⑦": "7.", "⑧": "8.", "⑨": "9.",
    "\u3000": " ", "\xa0": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


_MORE = """
    磚砖 貳贰 參叁 陸陆 廳厅 傢家 滾滚 彎弯 錶表 鑰钥 鐘钟 鋪铺 攤摊 罈坛 滷卤 豬猪 蔥葱 薑姜 蘋苹 蘿萝 蔔卜 鵝鹅 魷鱿
    蠔蚝 鮑鲍 蓮莲 棗枣 纖纤 維维 絨绒 縫缝 燙烫 燒烧 爐炉 鎖锁 鉗钳 鋒锋 鏟铲 鑿凿 閘闸 壓压 噴喷 墊垫 環环 彈弹 節节
    漿浆 層层 櫃柜 檯台 牆墙 樓楼 號号 點点 獎奖 盧卢 陳陈 張张 劉刘 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 葉叶 許许 鄧邓 韓韩
    馮冯 蔣蒋 廢废 棄弃 歸归 檢检 驗验 樣样 準准 備备 庫库 運运 輸输 遲迟 達达 選选 過过 還还 這这 進进 遠远 邊边 適适
    連连 週周 嘗尝 銷销 鋼钢 釀酿 鹼碱 雜杂 難难 電电 靜静 頂顶 項项 順顺 預预 領领 額额 飯饭 飼饲 飽饱 養养 餅饼 駁驳
    駕驾 驟骤 鄰邻 滅灭 擋挡 撐撑 攪搅 瀝沥 漲涨 澤泽 濟济 濱滨 灘滩 灣湾 瓊琼 畫画 疊叠 療疗 盞盏 監监 礦矿 禮礼 穩稳
    窩窝 競竞 範范 糞粪 糾纠 紀纪 紗纱 純纯 級级 紛纷 細细 終终 組组 結结 絡络 統统 絞绞 綁绑 綜综 綢绸 綿绵 緊紧 緞缎
    編编 緩缓 縱纵 績绩 繩绳 繡绣 續续 罵骂 職职 聽听 膽胆 臉脸 臨临 舉举 艙舱 艷艳 莊庄 菸烟 蘆芦 處处 蟲虫 衛卫 複复
    規规 視视 覽览 觸触 設设 註注 評评 試试 誤误 調调 談谈 諸诸 謝谢 譜谱 讀读 負负 財财 販贩 責责 貯贮 資资 賀贺 賓宾
    賴赖 購购 贈赠 趕赶 跡迹 踐践 輕轻 載载 輔辅 輛辆 輥辊 轉转 轎轿 辦办 農农 遞递 遼辽 邏逻 醫医 釋释 鈕钮 鈣钙 鉚铆
    鉸铰 銑铣 銘铭 銜衔 錐锥 鍛锻 鍵键 鎂镁 鎢钨 鎳镍 鏡镜 鐮镰 鑄铸 閃闪 閉闭 間间 闆板 隊队 階阶 際际 隱隐 雲云 霧雾
    靈灵 頁页 頓顿 頻频 題题 顧顾 飛飞 鬆松 鮭鲑 鯉鲤 鯽鲫 鱈鳕 鱔鳝 鱗鳞 鳥鸟 鷄鸡 鹹咸 麯曲 黨党 龍龙 龜龟 衝冲 塗涂
    臺台 檔档 橋桥 樁桩 樑梁 標标 欄栏 權权 殘残 毀毁 氈毡 決决 湯汤 溝沟 滿满 潤润 煉炼 牽牵 獨独 瑪玛 異异 當当 盡尽
    眾众 確确 種种 築筑 簽签 籃篮 籤签 緯纬 繞绕 聯联 聲声 藍蓝 蠶蚕 親亲 觀观 詳详 語语 誰谁 議议 讓让 躍跃 軟软 軍军
    違违 錄录 錯错 須须 餘余 駝驼 體体 鬧闹 傘伞 價价 億亿 優优 內内 凈净 劃划 劍剑 勵励 匯汇 區区 協协 卻却 員员 單单
    圓圆 團团 場场 壩坝 夠够 奧奥 娛娱 實实 導导 屆届 屬属 嶺岭 師师 帳帐 帶带 幣币 廂厢 廈厦 從从 愛爱 憑凭 應应 懸悬
    戶户 拋抛 揀拣 擰拧 擴扩 攜携 斷断 晝昼 曬晒 會会 東东 棧栈 極极 構构 槍枪 樂乐 樹树 機机 檸柠 櫻樱 歲岁 沖冲 況况
    測测 減减 貝贝 買买 賣卖
"""


def _table() -> dict[str, str]:
    table = {t: s for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True) if t != s}
    table.update({pair[0]: pair[1] for pair in _MORE.split() if pair[0] != pair[1]})
    table.update(_SIGNS)
    return table


_FOLD = _table()


@lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """The folded form of one character: usually one character, nothing for invisible ones, a space for pictures."""
    if "a" <= char <= "z" or "0" <= char <= "9" or char in "\n\t ":
        return char
    mapped = _FOLD.get(char)
    if mapped is not None:
        return mapped
    if "\u4e00" <= char <= "\u9fff":
        return char
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    if category == "So" or ord(char) >= 0x1F000:
        return " "
    folded = unicodedata.normalize("NFKC", char).lower()
    if len(folded) == 1:
        return _FOLD.get(folded, folded)
    return folded if folded.isascii() and folded.strip() else " "


class _Folding(dict[int, str]):
    """A translation table that fills itself; one entry per distinct character ever seen in a catalogue."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


_FOLDING = _Folding()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for every folded character, its offset in the original (plus one past the end)."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original for a half-open range of the folded text."""
        if end <= start:
            at = self.offsets[min(start, len(self.text))]
            return (at, at)
        return (self.offsets[start], self.offsets[end - 1] + 1)


def fold(original: str) -> Folded:
    """Fold a message; ``\\r\\n`` becomes one newline, an ``x`` between digits the sign ``*``."""
    chars: list[str] = []
    offsets: list[int] = []
    previous, comma = "", False
    for at, char in enumerate(original):
        if char == "\n" and previous == "\r":
            previous = char
            continue
        previous = char
        for piece in fold_char(char):
            if piece.isdigit() and comma and len(chars) > 1 and chars[-2].isdigit():
                chars[-1] = "、"  # 335，215/60R16 are two numbers, 12,680 is one
            chars.append(piece)
            offsets.append(at)
            comma = char == "，"
    count = len(chars)
    for at in range(1, count - 1):
        if chars[at] == "x" and chars[at + 1].isdigit():
            before = chars[at - 1]
            if before == " " and at > 1:
                before = chars[at - 2] if is_han(chars[at - 2]) or chars[at - 2] in "gl" else ""  # 1kg x5
            if before and (before.isdigit() or is_han(before) or (before in "gl" and chars[at - 1] == " ")):
                chars[at] = "*"
    offsets.append(len(original))
    return Folded("".join(chars), tuple(offsets))


def fold_key(text: str) -> str:
    """Folded text of a catalogue entry, without an offset map."""
    folded = text.lower() if text.isascii() else text.translate(_FOLDING)
    if "x" in folded:
        chars = list(folded)
        for at in range(1, len(chars) - 1):
            if chars[at] == "x" and chars[at - 1].isdigit() and chars[at + 1].isdigit():
                chars[at] = "*"
        folded = "".join(chars)
    return folded.strip()


def is_han(char: str) -> bool:
    """True for a Chinese character."""
    return "\u4e00" <= char <= "\u9fff"

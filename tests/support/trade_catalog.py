"""A wholesaler's catalogue of any size over many trades, and messages about it: seeded, so that two runs read the same.

Goods come in families of one name whose members differ in the spec only, as real lists do. A smaller catalogue is the
beginning of a larger one, so the same messages can be read against both. Everything is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

SEED = 20261124
FAMILY = 60  # at most so many members of one name

_BRANDS = [a + b for a in "恒顺昌永鼎宏瑞卓锦凯嘉泓润铭晟祥" for b in "达盛泰利丰源邦航腾辉森峰力洁美固"]
_PLACES = (
    *("临江", "云岭", "青石", "南浦", "望川", "长桥", "北塘", "松岗", "梅溪", "白沙"),
    *("东陵", "西坪", "柳林", "桃源口", "新渡", "大坝"),
)
_CALLED = [a + b for a in "兴茂德福万广同和裕聚隆信" for b in "源顺达记昌盛祥通来发海安"]
_LINES = (
    *("五金", "建材", "食品", "粮油", "文具", "日化", "汽配", "机电", "水暖", "酒店用品"),
    *("劳保", "电器", "超市", "餐饮", "装饰", "农资"),
)
_FORMS = (*("有限公司", "商行", "经营部", "批发部", "贸易有限公司", "店", "门市部", "厂"),)
_SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林罗高"
_TITLES = (*("老板", "师傅", "经理", "主任", "姐", "总"),)


@dataclass(frozen=True, slots=True)
class Trade:
    """Heads of names, the parts of a spec (one of each), units with the base units in them, a price per base unit."""

    name: str
    heads: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    units: tuple[tuple[str, int], ...]
    cents: tuple[int, int]


def _trade(name: str, heads: str, parts: str, units: str, low: int, high: int) -> Trade:
    table = tuple((word, int(size)) for word, _, size in (pair.partition("=") for pair in units.split()))
    return Trade(name, tuple(heads.split()), tuple(tuple(p.split()) for p in parts.split("|")), table, (low, high))


_THREADS = " ".join(f"M{d}*{n}" for d in (4, 5, 6, 8, 10, 12, 16) for n in (16, 20, 25, 30, 40, 50, 60, 80, 100))
TRADES = (
    _trade("hardware", "外六角螺栓 内六角螺栓 沉头螺丝 自攻钉 防松螺母 弹簧垫圈 膨胀螺栓 吊环螺栓 全牙丝杆 圆头螺丝",
           f"{_THREADS}|镀锌 发黑 304不锈钢 201不锈钢 10.9级", "个=1 盒=100 箱=2000", 5, 300),
    _trade("pipes", "球阀 闸阀 角阀 止回阀 直接 弯头 三通 活接 法兰 补芯 软管",
           "DN15 DN20 DN25 DN32 DN40 DN50 DN65 DN80 4分 6分 1寸|黄铜 304 铸铁 PPR PVC 镀锌",
           "个=1 盒=10 箱=60", 300, 9000),
    _trade("electric", "塑铜线 护套线 五孔插座 单开开关 空气开关 漏电保护器 吸顶灯 灯带 暗盒 配电箱",
           "1.5平方 2.5平方 4平方 6平方 16A 20A 32A 63A 12W 24W|红色 黄色 蓝色 白色 双色 2P 1P+N 4P",
           "个=1 卷=1 盒=10 箱=100", 200, 30000),
    _trade("stationery", "中性笔 圆珠笔 记号笔 复印纸 笔记本 文件夹 订书钉 胶带 便利贴 修正带",
           "0.38mm 0.5mm 0.7mm A4 A5 B5 12# 24/6 48mm 60mm|黑色 蓝色 红色 70g 80g 100页 透明 米黄",
           "支=1 盒=12 包=24 箱=288", 50, 6000),
    _trade("daily", "抽纸 卷纸 洗衣液 洗衣粉 洗洁精 牙膏 香皂 沐浴露 垃圾袋 保鲜膜 消毒液",
           "100抽 120抽 500ml 1L 2kg 3kg 5L 45*50cm 90g 108g 180g|薰衣草 茉莉 柠檬 原味 无香 加厚 家庭装",
           "瓶=1 提=6 箱=24", 200, 8000),
    _trade("food", "大豆油 菜籽油 生抽 老抽 陈醋 挂面 大米 面粉 白砂糖 食盐 午餐肉 方便面",
           "500ml 1.8L 5L 10L 20L 400g 800g 1kg 5kg 10kg 25kg|一级 特级 原味 香辣 非转基因 东北 高筋 低筋",
           "瓶=1 袋=1 箱=12 件=24", 200, 15000),
    _trade("drinks", "矿泉水 可乐 雪碧 冰红茶 绿茶 橙汁 苏打水 啤酒 白酒 酸奶 豆奶",
           "250ml 330ml 500ml 550ml 600ml 1L 1.25L 1.5L 2L|原味 无糖 罐装 瓶装 蜜桃 柠檬 42度 52度",
           "瓶=1 罐=1 提=6 箱=24", 100, 20000),
    _trade("frozen", "鸡翅中 鸡腿 虾仁 带鱼段 牛肉片 羊肉卷 鱼丸 水饺 汤圆 薯条 毛肚",
           "16/20 21/25 26/30 31/40 500g 1kg 2kg 2.5kg 10kg|单冻 盐渍 黑椒 原切 精选 国产 猪肉白菜 黑芝麻",
           "袋=1 盒=10 箱=20", 800, 30000),
    _trade("autoparts", "机油 刹车片 雨刮 火花塞 轮胎 蓄电池 空气滤芯 机油滤芯 防冻液 半轴 减震器",
           "5W-30 5W-40 10W-40 205/55R16 225/45R17 195/65R15 60Ah 80Ah 24寸 26寸 -35℃|前 后 左 右 铱金 4L 1L 静音",
           "个=1 桶=1 套=4 箱=12", 1500, 60000),
    _trade("paint", "乳胶漆 防锈漆 木器漆 腻子粉 稀释剂 玻璃胶 美缝剂 滚筒刷 砂纸",
           "1L 5L 18L 20L 20kg 300ml 590ml 4寸 9寸 240目 400目|白色 灰色 铁红 透明 瓷白 内墙 外墙 亮光 哑光",
           "桶=1 支=1 件=4 箱=24", 300, 40000),
    _trade("workwear", "劳保鞋 反光背心 安全帽 棉纱手套 浸胶手套 圆领文化衫 分体雨衣 工作服",
           "38码 39码 40码 41码 42码 43码 S M L XL XXL 均码|黑色 白色 红色 藏青 橙色 荧光黄 灰色",
           "双=1 件=1 打=12 箱=120", 200, 20000),
    _trade("parts", "贴片电阻 贴片电容 二极管 三极管 连接器 排针 继电器 电感",
           "0402 0603 0805 1206 2.54mm 3.5mm 12V 24V|1K 4.7K 10K 100K 100nF 10uF 1% 5% 2P 4P 8P",
           "个=1 盘=4000 盒=200", 1, 900),
    _trade("farm", "复合肥 尿素 薄膜 喷雾器 玉米种子 遮阳网 滴灌带 草甘膦 水泵",
           "40kg 50kg 10kg 200g 500g 16L 20L 2米 4米 6米|15-15-15 大颗粒 加厚 三针 六针 早熟 电动 手动",
           "袋=1 卷=1 件=10 箱=40", 500, 50000),
    _trade("kitchen", "不锈钢盆 汤勺 菜刀 砧板 保温桶 蒸笼 餐盘 筷子 一次性饭盒 纸杯",
           "18cm 20cm 24cm 28cm 32cm 6寸 8寸 10寸 500ml 750ml 1000ml|加厚 304 竹制 白色 圆形 方形 带盖 两格",
           "个=1 套=10 包=50 箱=300", 50, 20000),
)  # fmt: skip


def products(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """The first ``count`` products of the seed's endless list, in the shape of the specification's catalogue."""
    found: list[dict[str, Any]] = []
    for family in _families(seed):
        for each in family:
            found.append({"sku": f"G{len(found):06d}", "barcode": f"69{len(found):011d}", **each})
            if len(found) == count:
                return found
    raise AssertionError


def _families(seed: int) -> Iterator[list[dict[str, Any]]]:
    chance = Random(f"goods:{seed}")
    seen: set[str] = set()
    while True:
        trade = chance.choice(TRADES)
        head = chance.choice(trade.heads)
        name = head if head not in seen and chance.random() < 0.3 else chance.choice(_BRANDS) + head
        if name in seen:
            name = chance.choice(_BRANDS) + chance.choice(_BRANDS) + head
            if name in seen:
                continue
        seen.add(name)
        specs = [" ".join(parts) for parts in product(*trade.parts)]
        if len(specs) > FAMILY:
            specs = [specs[at] for at in sorted(chance.sample(range(len(specs)), FAMILY))]
        base = trade.units[0][0]
        family = []
        for spec in specs:
            price = Decimal(chance.randint(*trade.cents)) / 100
            aliases = [spec.split()[0] + name[-2:]] if chance.random() < 0.15 else []
            if chance.random() < 0.05:
                aliases.append(name[:2] + head[:2])  # what several of them are called
            family.append({
                "name": name, "spec": spec, "base_unit": base, "units": {unit: str(size) for unit, size in trade.units},
                "default_unit": trade.units[min(1, len(trade.units) - 1)][0], "category": trade.name,
                "aliases": aliases, "list_price": str(price),
            })  # fmt: skip
        yield family


def parties(count: int, kind: str, seed: int = SEED) -> list[dict[str, Any]]:
    """``count`` customers or suppliers; some names for a person are shared by several of them."""
    chance = Random(f"{kind}:{seed}")
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    while len(found) < count:
        short = chance.choice(_CALLED) + chance.choice(_LINES)
        full = chance.choice(_PLACES) + short + chance.choice(_FORMS)
        if full in seen:
            continue
        seen.add(full)
        aliases = [short] if chance.random() < 0.5 else []
        if chance.random() < 0.4:
            aliases.append(chance.choice(_SURNAMES) + chance.choice(_TITLES))
        found.append({"id": f"{kind[0].upper()}{len(found):04d}", "name": full, "aliases": aliases})
    return found


def catalog(count: int, seed: int = SEED) -> dict[str, Any]:
    """``count`` products and 2,000 parties."""
    return {
        "products": products(count, seed),
        "customers": parties(1500, "customer", seed),
        "suppliers": parties(500, "supplier", seed),
    }

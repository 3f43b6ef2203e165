"""The sheets and their headings. Reader, template and export all follow this one table, so they cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass

from inventory_core.views import Role


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    required: bool = False
    also: tuple[str, ...] = ()  # other headings people use for it
    width: int = 14
    hint: str = ""
    as_text: bool = False  # the column is formatted as text, so that no program changes codes and specs


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: str  # product | customer | supplier | person | opening
    title: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    examples: tuple[tuple[str, ...], ...] = ()

    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)


ROLE_WORDS = {role.label: role for role in Role}

_PARTNER = (
    Column("编码", hint="不填就由系统编；填了以后不要改，再次导入靠它认人", as_text=True, also=("编号", "代码")),
    Column("名称", required=True, width=26, also=("客户名称", "供应商名称", "单位名称", "全称")),
    Column("别名", width=24, hint="大家平时怎么叫，多个用 ; 隔开", also=("简称", "叫法")),
    Column("联系人"),
    Column("电话", width=16, as_text=True, also=("手机", "联系电话")),
    Column("地址", width=34, also=("送货地址", "收货地址")),
)

PRODUCTS = Sheet(
    "product",
    "商品",
    (
        Column("编码", True, ("商品编码", "编号", "货号", "SKU"), as_text=True, hint="唯一；再次导入按编码更新"),
        Column("名称", True, ("商品名称", "品名"), 20),
        Column("规格", False, ("规格型号", "型号"), 22, "只差规格的商品各占一行", as_text=True),
        Column("基本单位", True, ("单位", "最小单位"), 10, "最小的单位：支、个、米、kg"),
        Column("单位换算", False, ("换算", "包装"), 24, "例：1箱=20盒;1盒=100支"),
        Column("常用单位", False, ("默认单位", "销售单位"), 10, "没说单位时按它；不填就是基本单位"),
        Column("条码", False, ("条形码",), 34, "多个单位有条码就写 盒=条码;箱=条码", as_text=True),
        Column("别名", False, ("叫法", "简称"), 28, "大家平时怎么叫，多个用 ; 隔开"),
        Column("分类", False, ("类别", "商品分类"), 18),
        Column("售价", False, ("价格", "单价", "销售价"), 10, "每基本单位多少元，也可写 15/盒"),
        Column("底价", False, ("最低价", "最低售价"), 10, "低于它要主管同意"),
        Column("最低库存", False, ("安全库存", "库存下限"), 10, "按基本单位；降到它就提醒采购"),
        Column("小数位", False, ("数量小数位",), 8, "0 到 4；不填时 kg、升按 3，米按 2，其余按 0"),
    ),
    ("产品", "货品", "物料"),
    (
        (
            "示例001",
            "外六角螺栓",
            "M8*30 镀锌",
            "支",
            "1箱=20盒;1盒=100支",
            "盒",
            "盒=2900000990012;箱=2900000990029",
            "螺丝;六角螺丝",
            "紧固件/螺栓",
            "15/盒",
            "13/盒",
            "2000",
            "",
        ),
        (
            "示例002",
            "普通硅酸盐水泥",
            "42.5级",
            "kg",
            "1袋=50kg;1吨=1000kg",
            "袋",
            "",
            "水泥;425水泥",
            "建材/水泥",
            "0.5",
            "0.46",
            "2000",
            "3",
        ),
    ),
)

CUSTOMERS = Sheet(
    "customer",
    "客户",
    (*_PARTNER, Column("信用额度", hint="元；不填就不限制", also=("额度", "授信额度"))),
    (),
    (
        ("示例001", "某某建材店", "建材店;老吴", "吴老板", "13900000000", "东门市场A1号", "50000"),
        ("示例002", "某某装饰队", "装饰队", "马工", "13900000001", "柳荫路8号", ""),
    ),
)

SUPPLIERS = Sheet(
    "supplier",
    "供应商",
    _PARTNER,
    ("供货商", "厂家"),
    (
        ("示例001", "某某标准件厂", "标准件", "邱经理", "13800000000", "工业园1号"),
        ("示例002", "某某水泥经销处", "水泥厂", "雷老板", "13800000001", "货运站旁"),
    ),
)

PEOPLE = Sheet(
    "person",
    "人员",
    (
        Column("姓名", True, ("名字",), 14, "大家怎么称呼就怎么写，不能重名"),
        Column("角色", True, ("岗位", "职位"), 20, "、".join(ROLE_WORDS) + "；多个用 ; 隔开"),
    ),
    ("员工", "用户"),
    (("示例小李", "销售"), ("示例陈总", "老板;管理员")),
)

OPENING = Sheet(
    "opening",
    "期初库存",
    (
        Column("商品编码", True, ("编码", "编号", "货号", "SKU"), as_text=True),
        Column("数量", True, ("库存", "库存数量", "期初数量"), hint="一个商品只导入一次，以后用入库单、盘点改"),
        Column("单位", False, (), 8, "不填就是基本单位"),
        Column("成本金额", False, ("金额", "库存金额"), 14, "这些货一共值多少元（不是单价）；不填按 0"),
    ),
    ("期初", "库存"),
    (("示例001", "90", "盒", "972"), ("示例002", "160", "袋", "2880")),
)

SHEETS = (PRODUCTS, CUSTOMERS, SUPPLIERS, PEOPLE, OPENING)
EXAMPLE_MARK = "示例"  # rows whose first filled cell begins with it are the template's own and are skipped

# Sheets of our own workbooks that hold no master data: the notes, and what an export adds for reading.
PASSIVE = ("说明", "选项", "库存现状", "单据", "单据明细")

"""Words that steer the reading: what they are, never what they mean for a document. Each table is plain words; the
scanner looks them up by length at each position, so nothing here is a pattern that could backtrack."""

from __future__ import annotations


def words(table: str) -> frozenset[str]:
    """The words of a table written as one text."""
    return frozenset(table.split())


EACH = "each"
ALL = "all"
PRICE = "price_cue"
BARGAIN = "bargain"  # wants it cheaper: with a price said an order, else a question for the price
SAME_PRICE = "same_price"
GONE = "gone"  # why something is wanted, not what
ANY = "any"  # as much as the other side thinks fit
TOTAL = "total_cue"
GIFT = "gift"
TAX_IN = "tax_in"
TAX_EX = "tax_ex"
DELIVER = "deliver"
DROP = "drop"
KEEP = "keep"
CHANGE = "change"
SWAP = "swap"
ADD = "add"
LESS = "less"
APPROX = "approx"
ABOVE = "above"
LAST_PRICE = "last_price"
NOT = "not"
FIX = "fix"
BUY = "buy"
QUOTE = "quote"
ASK_PRICE = "ask_price"
ASK_STOCK = "ask_stock"
PAY = "pay"
TROUBLE = "trouble"
IF = "if"
HOLD = "hold"
MUCH = "much"
FILLER = "filler"
FORM = "form"
URGENT = "urgent"
NOTE = "note"
SAME = "same"
PARALLEL = "parallel"
ENOUGH = "enough"
UNEVEN = "uneven"
FEE = "fee"  # money beside the goods
TIMES = "times"
RELATIVE = "relative"  # a price up or down by something
INSTRUCT = "instruct"  # words that want something of the program instead of the firm

_TABLES: dict[str, str] = {
    EACH: "各 各要 各来 各拿 各发 每样 每种 每个颜色 各订 各样 各自 一样来 每款 各配",
    ALL: "都 均 全部 都是 都按 统一 一律 全都 通通 统统 都要",
    PRICE: """
        单价 价格 价 报价 按 @ 售价 供价 含税价 未税价 每 卖 开价 批发价 给价 出厂价 价钱 算 不含税价 带票价
        到货价 成本价
    """,
    BARGAIN: "便宜点 便宜些 便宜一点 便宜一些 能便宜 优惠点 优惠些 优惠一点 少算点 再少点 再便宜点 便宜一点点",
    SAME_PRICE: "也一样 同价 一样价 也是这个价 也这个价 价格一样 同样价格 一个价 也按这个价",
    TOTAL: "共 合计 总共 总计 一共 总价 小计 总额 共计 总金额 金额 总数 合共 总款 货款合计 货款共",
    GIFT: "赠 赠送 免费 搭送 白送 另送 送 搭 附送 赠品 多送 外送 再送",
    TAX_IN: "含税 带票 含票 带税 含税价 开专票 带票价 含增值税 含税含运 开票价 带专票 含专票",
    TAX_EX: """
        不含税 未税 不带票 不开票 不含票 开票另加 税另算 税另加 不含税价 未税价 不要票 票另算 开票另算 裸价 无票
        除税
    """,
    DELIVER: """
        送到 送货 到货 发货 交货 送来 要货 配送 拖到 送过来 送过去 发出 到 前送 前到 之前 以前 前 送达 交期 货期
        要用 用 出货 装车 提货 自提 过来拿 来拿 来提 来拉 给我 给到 安排 改到 延到 推到 提前到 延后到 推迟到
        送货日期 交货日期 到货日期 交付 发走 发过来 发过去 务必
    """,
    DROP: """
        不要 去掉 删掉 删除 划掉 别要 不用 免了 不要了 去除 拿掉 撤掉 取消 不拿 不订 不买 先不要 删了 不发 别发
        砍掉 不进
    """,
    KEEP: """
        只要 只留 保留 就要 留下 只保留 只拿 光要 其他不要 其余不要 其它不要 别的不要 其他都不要 其余都不要
        其他的不要
    """,
    CHANGE: """
        改成 改为 换成 换为 变成 调成 调整为 调整到 改 换 调到 减到 加到 降到 涨到 改做 变为 应该是 应为 更正为
        更改为 写成 要
    """,
    SWAP: "对调 互换 调换 颠倒 反了 写反了 调个 对换 弄反了 搞反了 倒过来",
    ADD: """
        加 再加 再来 多 追加 添 增加 再要 再拿 多加 多来 加上 另加 还要 多要 再添 再补 补 再给 外加 多发 多拿
        加多
    """,
    LESS: "少 减 减少 扣 少要 减去 扣掉 少发 少拿 少来 减掉",
    APPROX: """
        左右 大概 大约 差不多 上下 约 将近 几 若干 一些 一点 不到 不超过 起码 至少 最少 最多 不低于 不少于 接近
        来个几 几个 多一点 大致 估计 差不离
    """,
    ANY: """
        有多少要多少 有多少来多少 有多少拿多少 看着发 看着给 看着来 看着办 看着配 多少都行 多少都可以 随便发 随便来
    """,
    GONE: "没了 用完了 快没了 卖完了 快用完了 快卖完了 见底了 不多了 用光了 卖光了",
    ABOVE: "以上 起 起步 起订 及以上 满 超过 起批 往上",
    LAST_PRICE: """
        老价格 上次的价 上次价 上次价格 老价 按上次 原来的价 照旧价 老价钱 上次的价格 上回的价 上回价 价格照旧
        价格照上回 价格照上次 价格按上次 价格按上回 价格同上回 价照上回 价照上次 照上回的价 按上回的价
        价格跟上次一样 价格跟上回一样 价格和上次一样 照上回价
        价格不变 原价 上次的价钱 价格同上次 价同上次 照上次的价 还是老价 同上次价 跟上次一样的价 上一次的价
    """,
    NOT: "不 没 别 无 非 勿 莫",
    FIX: """
        不对 哦不 不不 不是 说错了 写错了 打错了 错了 噢不 等等 应该 啊不 说错 打错 更正 口误 搞错了 等一下
    """,
    BUY: "采购 订购 进货 进 补货 采 订货 采购单 下采购单 进一批 买进 向 补一批 采购计划",
    QUOTE: """
        来价 价格来了 新价 报价 报价单 报价来了 报的价 报价如下 报 报过来 最新报价 价格表 出厂价 供货价
        价格如下 报了价 调价 涨价
    """,
    ASK_PRICE: """
        多少钱 咋卖 怎么卖 什么价 啥价 什么价格 啥价格 价格多少 单价多少 报个价 报一下价 报下价 几块钱 几钱
        多少一 什么价位 咋个卖 怎么算 几块 多少元 给个价 问下价 问个价 价格呢 价多少 报价多少 怎么个价
        价格是多少 卖多少 什么价钱 多少米 什么行情 现在价 价格发 优惠价多少 最低价 价格有没有变 问价 询价 咋卖的
        怎么卖的 贵不贵
    """,
    ASK_STOCK: """
        库存 有货吗 有货没 有没有货 还有多少 还有吗 有没有 现货 有吗 还有没有 剩多少 剩几 还剩 存货 有现货
        够不够 有货不 还有货 多少库存 查库存 查一下库存 还有几 有多少 仓库还有 仓里还有 有的吗 有木有 到货了没
        在库 仓库里有 够吗 备货
    """,
    PAY: """
        货款 打款 付款 转账 对账 已付 汇款 收款 欠款 账单 结账 结清 尾款 转过去 到账 回款 发票 开票资料 税号
        开户行 账号 专票抬头 付了 转了 打过去 打了 付清 月结 押金 定金 预付款 发票抬头
    """,
    TROUBLE: """
        开会 会议 参加 放假 聚餐 培训 参会 年会 团建 值班
        受潮 破损 坏了 漏了 少了 退货 退回 退了 换货 投诉 质量 发错 少发 漏发 错发 碎的 破的 坏的 湿的 换一下
        寄回 寄回来 返修 维修 保修 售后 不通电 不亮 不转 不工作 失灵 烧了 烧坏 有毛病 用不了 打不开 少件 缺件
        全场 促销 限时 秒杀 欢迎下单 欢迎订购 欢迎选购 欢迎咨询 扫码 优惠活动 双十一 双十二 双11 双12
        给换 换掉 破了 烂了 碎了 过期 有问题 瑕疵 开裂 生锈了 退给 退掉 退换 不能用 不好用 断了 裂了 变形 补发
        掉色 不合格 开胶 漏水 漏气 发霉 压坏 要退 想退 退 没收到 没到 还没到 到哪了 到哪里了 物流 快递 单号 运单
        什么时候到 什么时候能到 啥时候到 几点到 签收 发车 司机 车牌 送到了 收到了 已发货 已送达 发货了吗 发了没
        发了吗 盘点 入库 实收 送完了 催
    """,
    IF: "如果 要是 若 假如 的话 有货的话 没货的话 有的话 没有的话 没有就 没货就 有货就 有就 缺货就 不够就",
    HOLD: """
        等等再说 先等等 再说 等通知 先不急 回头再说 晚点再说 考虑一下 再看看 再等等 先放着 先别下 稍等 商量一下
        问问 先不下
    """,
    MUCH: "多少 几多",
    FORM: """
        收货人 联系人 电话 手机 手机号 地址 送货地址 收货地址 联系电话 收件人 商品 数量 品名 规格 备注 客户
        客户名称 供应商 货品 产品
    """,
    URGENT: "急 加急 尽快 赶紧 马上 越快越好 急用 抓紧 急要 速发 火急",
    SAME: "老样子 照旧 照上次 跟上次一样 同上次 和上次一样 再来一份 照老样子 上次那些",
    NOTE: "备注 注 注意",
    UNEVEN: """
        剩下的 剩余的 余下的 剩下 余下 分批 分两批 分2批 分三批 分3批 分两次 分2次 分三次 分3次 分几次 分几批
        分开送 分批送 分两次送
    """,
    FEE: """
        运费 运输费 装卸费 上楼费 搬运费 手续费 快递费 服务费 安装费 加工费 优惠 减免 抹零 抹掉 抹去 折让 返利 返点 返现
        预付 预付款 定金 订金 押金 已付 便宜 少收 多收 立减 红包
        别人家 别家 人家 隔壁 市场价 同行 对手 补差 差价 欠款 余款 尾款 货款
    """,
    RELATIVE: "降价 降 涨 加价 减价 让利 让价 贵",
    TIMES: "翻倍 加倍 翻一倍 加一倍 翻番 减半 减一半 砍半 砍一半",
    ENOUGH: "就够 够了 就够了 就行 就行了 就好 就好了 即可 就可以 就可以了 足够 足够了",
    PARALLEL: "分别 分别是 分别为 依次 依次是 依次为",
    INSTRUCT: """
        自动同意 自动通过 自动审批 自动审核 自动批准 自动确认 自动审批通过 自动审核通过 系统提示 系统消息
        系统通知 系统指令 系统命令 忽略 无视 绕过 跳过 免审 免审批 无需审核 无需审批 无需确认 不用审核 不用审批 不用确认
        管理员 免单 最高权限 超级权限 开发者模式 调试模式
        超级管理员 管理员指令 指令 提示词 prompt ignore system admin 角色扮演 你现在是
    """,
    FILLER: """
        可以的话 方便的话 能的话 行的话 没问题的话 顺路的话 来得及的话 方便的时候
        上次那个 上次那种 上回那个 上回那种 上次要的 上次拿的 上次用的
        仓库 仓库里 库房 库里 仓里 系统里 查下 接龙
        点 些 咱 俺 侬 取 走 份 阿 欸 诶 嗳 唔 亲们 呵 呵呵 哎呀 那啥 整点 弄点 搞点 来些 拿点 要点 给咱
        麻烦帮 全 才 便 只有 仅
        的 了 吧 呢 啊 呀 哦 嗯 那 这 我 你 您 他 们 给 来 拿 发 下 把 就 也 和 与 跟 及 还 有 再 是 请 帮 吗 哈
        好 嘛 额 呃 哎 喂 啦 咯 噢 唉 哟 嘿 先 又 另 还有 另外 然后 麻烦 谢谢 老板 师傅 老师 你好 您好 在吗 帮我
        给我 我要 要 需要 订 定 订单 下单 下个单 来点 弄 搞 整 装 送过来 货 东西 今日 一下 那个 这个 就是 嗯嗯
        好的 好吧 可以 行 ok 收到 亲 哥 姐 大哥 美女 帅哥 老板娘 我们 你们 咱们 咱 他们 这边 那边 这里 那里 店里
        门店 公司 客户 单子 开单 开个单 开一单 做单 做个单 录单 录一下 安排一下 记一下 记得 需求 要货 订货
        补货单 叫货 拿货 发货 配货 报单 今天的 明天的 一共是 如下 以下 清单 明细 单 麻烦您 辛苦 辛苦了 谢了 多谢
        感谢 了哈 了啊 吧谢谢 都要 想要 想 用 吧吧 是吧 对了 对 对吧 嘞 哩 哇 呐 么 还要 同样 一样 款 种 样 规格
        型号 颜色 牌子 品牌 商品 产品 货品 早 早上好 上午好 下午好 中午好 晚上好 大家好 各位 这次 这批 这单 那单
        刚才 刚刚 现在 目前 里 上 个 在 为 从 于 之 而 或 但 但是 因为 所以 能 能不能 可以吗 行吗 好吗 行不行
        其中 里面 外加 本 该 此 每次 一起 一并 一块 顺便 顺带 最好 尽量 务必 一定 千万 左 着 过 得 地 让 叫 到时
        直接 帮忙 看看 看下 看一下 说 讲 问 问下 问一下 请问 知道 发给 送给 送 到 送去 老 王 价格 谢 呗 撒 哒 滴
        咧 哈哈 嘻嘻 方便 时候 采购 购买 买 卖 进 加 再加 再来 追加 补 只 光 就要 又要 还得 得要 照 照旧 按照
        数量 单位 名称 品名 编号 序号 合同 共 总共 合计 抄送 转发 转 备注 注 急 尽快 加急 赶紧 哪个 哪种 啥 什么
        怎么 怎样 报 问价 帮查 查 查下 查一下 查查 谁 家 店 号 位 以及 并 并且 搞定 卖的 大 小 帮我们 一份 贵司
        我司 贵公司 我公司 本公司 现 需 拟 望 敬请 烦请 劳驾 拜托 刚 才 已 已经 会 将 应 必须 仍 更 最 很 太 真
    """,
}


def _build() -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    found: dict[str, list[str]] = {}
    reach: dict[str, int] = {}
    for kind, table in _TABLES.items():
        for word in words(table):
            found.setdefault(word, []).append(kind)
            reach[word[0]] = max(reach.get(word[0], 0), len(word))
    return {word: tuple(kinds) for word, kinds in found.items()}, reach


# word -> the kinds it may be, steering kinds before filler; first character -> length of the longest such word
CUES, REACH = _build()

"""What to click where, in the order in which it works. ``danju setup`` shows it; docs/ has the same with what should be
seen after each step."""

from __future__ import annotations

FEISHU_APP = """飞书，第 1 步：建应用（浏览器打开 https://open.feishu.cn/app ，要企业管理员或开发者账号）
  1. “创建企业自建应用”，名字写 单据
  2. “添加应用能力”里添加“机器人”
  3. “权限管理”里开通：
       im:message                    收发消息
       im:message.p2p_msg:readonly   读单聊消息
       im:message.group_at_msg:readonly  读群里 @ 机器人的消息
       im:message:send_as_bot        以机器人身份发消息
       im:resource                   收发图片和文件
       contact:user.base:readonly    知道同事的名字
  4. “凭证与基础信息”里有 App ID 和 App Secret，下面要填"""

FEISHU_WS = """第 2 步：订阅消息（长连接，不要公网地址）。“事件与回调”有两个标签，两个都要做：
  1. “事件配置”→ 订阅方式选“使用长连接接收事件”→ 保存
     “添加事件”：接收消息 im.message.receive_v1、撤回消息 im.message.recalled_v1、
     用户进入与机器人的会话 im.chat.access_event.bot_p2p_chat_entered_v1、
     员工离职 contact.user.deleted_v3、员工信息变化 contact.user.updated_v3（提示要权限就照提示开通）
  2. “回调配置”→ 订阅方式选“使用长连接接收回调”→ 保存
     “添加回调”：卡片回传交互 card.action.trigger（不做这一步，卡片上的按钮点了没反应）
  长连接只有在有程序连着时才能保存，所以请在下面显示“连上了”以后再点保存"""

FEISHU_WEBHOOK = """第 2 步：订阅消息（HTTP 回调，要公网地址）
  1. “事件与回调 → 加密策略”：生成 Encrypt Key，和 Verification Token 一起填到下面
  2. 先启动服务 danju serve，再到“事件配置”和“回调配置”两个标签，都选“将…发送至开发者服务器”，
     地址都填：{url}
  3. 添加事件 im.message.receive_v1、im.message.recalled_v1、
     im.chat.access_event.bot_p2p_chat_entered_v1、contact.user.deleted_v3、contact.user.updated_v3；
     添加回调 card.action.trigger"""

FEISHU_PUBLISH = """第 3 步：发布
  1. “版本管理与发布”→ 创建版本，“可用范围”选上要用的部门或全员 → 申请发布，管理员在飞书里同意
  2. 以后每次改权限、事件、回调，都要再发布一个版本才生效
第 4 步：启动 danju serve，在飞书里搜机器人的名字，
  单聊发出 8 位登记码（init 时给的；过期了运行 danju people code 姓名）"""

WECOM_BOT = """企业微信，推荐：智能机器人（不要公网地址，不要可信 IP，能进群，能收文件）
  1. 企业微信管理后台“安全与管理 → 管理工具 → 智能机器人”→ 创建机器人 → “API 模式”
  2. 连接方式选“使用长连接”，保存后得到 Bot ID 和 Secret，下面要填
  3. “可见范围”选上要用的部门；群里用时把机器人加进群，@ 它说话
  一个机器人同时只能有一个程序连着：别在两台电脑上用同一个"""

WECOM_APP = """企业微信自建应用（可选；能主动找任何人，但要公网地址和可信 IP）
  1. 管理后台“应用管理 → 自建 → 创建应用”，“可见范围”选上要用的人
  2. 应用详情页有 AgentId 和 Secret；企业 ID 在“我的企业”最下面，以 ww 开头
  3. “接收消息 → 设置 API 接收”：点随机生成 Token 和 EncodingAESKey（正好 43 个字符），
     先复制到下面，**先别点保存**：这里填好、服务跑起来以后再点，
     否则会报“openapi 回调地址请求不通过”。URL 填：{url}
  4. URL 保存成功后，才能在“企业可信 IP”里加这台电脑的出口 IP；没加会报 60020，报错里写着 IP"""

WECOM_GROUP = """企业微信群机器人（可选；只发不收，如日报）
  1. 群里“消息推送”→ 添加，复制 Webhook 地址里 key= 后面的一段
  2. 写成 群名=key；几个群就写几次。key 和密码一样，别发给别人"""

WECOM_DONE = """最后：启动 danju serve，在企业微信里找到机器人或应用，
  单聊发出 8 位登记码（init 时给的；过期了运行 danju people code 姓名）"""

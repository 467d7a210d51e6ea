package crawltest

import "strings"

// tongue is a language that sentences are made in.
type tongue struct {
	lang     string // of the html element
	code     string // of the truth
	locale   string
	patterns []string            // sentences; {x} is one of slots["x"]
	titles   []string            // the same for titles
	slots    map[string][]string // must hold no {}
	space    string              // between two sentences
	names    []string            // authors
	words    map[string]string   // of menus and boxes
	sections []string
}

var english = tongue{
	lang: "en-US", code: "en", locale: "en_US", space: " ",
	patterns: []string{
		"{who} {did} {what} {when}, {after}.",
		"{when2}, {who2} {did} {what}, although {but}.",
		"According to {source}, {who2} {did} {what} {where}.",
		"“{quote},” said {person}, who {role}.",
		"{who} had {done} {what} {when}, but {but}.",
		"It was not the first time: {when2}, {who2} {did} {what} {where}.",
		"{number} {things} {where} are affected, {source} said, and {number} more may follow.",
		"That {what2} would {do} {what} had seemed unlikely, {person} recalled, because {but}.",
		"{who} declined to say whether {what2} would {do} {what}.",
		"For {person}, who {role}, the answer is simple: “{quote}.”",
		"The work is to begin {when3} and to cost about {number} thousand, less than {source} had feared.",
		"Nobody {where} remembers when {who2} last {did} {what}.",
	},
	titles: []string{
		"{Thing} {where}: {who2} {did} {what}", "Why {who2} {did} {what}", "{number} {things}, one question: who pays?",
		"After {number} years, {what2} returns {where}", "“{quote}”: a day with {person}", "How {who2} {did} {what} {where}",
	},
	slots: map[string][]string{
		"who":    {"The harbour office", "The town council", "A small company from the valley", "The association of teachers", "The owner of the mill", "An engineer of the water board", "The choir of the old parish", "The commission for monuments", "A group of students", "The hospital on the hill", "The ferry's crew", "The new director of the museum", "The cooperative of growers", "The department for roads", "A retired surveyor", "The library"},
		"who2":   {"the harbour office", "the town council", "a carpenter from the next village", "the association of teachers", "the owners of the mill", "the water board", "the bus company", "the commission for monuments", "two students", "the hospital", "the crew", "the museum", "the growers", "the department for roads", "a retired surveyor", "the library", "the committee on prices", "the fire brigade"},
		"did":    {"presented", "withdrew", "rejected", "repaired", "bought back", "counted", "described", "changed", "defended", "published", "postponed", "inspected", "signed", "opened", "examined", "lost", "found", "sold"},
		"done":   {"presented", "withdrawn", "rejected", "repaired", "promised", "counted", "described", "changed", "defended", "published", "postponed", "inspected", "signed", "opened", "examined", "lost", "found", "sold"},
		"do":     {"present", "withdraw", "reject", "repair", "buy", "count", "describe", "change", "defend", "publish", "postpone", "inspect", "sign", "open", "examine", "lose", "find", "sell"},
		"what":   {"the plan for the new bridge", "a list of two hundred houses", "the timetable for the winter", "the oldest map of the coast", "its report on the wells", "the contract for the evening bus", "a collection of letters", "the rules for the market", "three of the seven pumps", "the figures for last year", "a proposal to move the depot", "the roof of the gymnasium", "the archive of the shipyard", "a field beside the railway", "the agreement with the neighbours", "every tenth lamp along the quay"},
		"what2":  {"the bridge", "the evening bus", "the old map", "a second ferry", "the bell", "the weekly market", "the night school", "the lending library", "the orchard", "the ice house", "the toll", "the regatta"},
		"when":   {"on Monday", "on Tuesday evening", "last week", "before the summer break", "in the spring", "two days ago", "without much notice", "at the last sitting", "shortly before midnight", "for the third time this year"},
		"when2":  {"In the autumn of 1987", "Nine years ago", "During the long winter", "On the eve of the election", "A month later", "At first light", "In the same week", "Twenty years earlier", "Before the war over fishing rights", "Late on Friday"},
		"when3":  {"in the second week of May", "after the harvest", "in the new year", "as soon as the ground has thawed", "on the first of June", "once the tender has been decided"},
		"after":  {"after a debate that lasted until morning", "as several witnesses confirmed", "ending a dispute of eleven years", "to the surprise of its own members", "which had been expected", "and nobody objected", "in spite of a warning from the auditors", "with only one vote against"},
		"but":    {"the money had already been spent", "no one had asked the people who live there", "the weather did not wait", "the drawings could not be found", "the law says something else", "the neighbours had long agreed", "the river has moved since then", "half of the signatures were missing", "the price of timber had doubled"},
		"source": {"the minutes of the council", "a letter seen by this newspaper", "the statistical office", "two people who were in the room", "the annual report", "the station master", "an expert opinion", "the land register"},
		"where":  {"in the lower town", "along the river", "on the north side", "behind the station", "on the two islands", "in the old quarter", "near the lighthouse", "at the edge of the forest", "in eleven villages", "between the canal and the sea"},
		"quote":  {"We have waited long enough", "Nobody asked us", "I would do it again tomorrow", "You can hear it at night", "It is only a fence, but it is our fence", "Somebody has to count them", "The figures are right and the conclusion is wrong", "We are not against it, we are against the haste", "In the end it is always about parking", "My grandfather planted that row"},
		"person": {"Marta Ellerby", "Anton Rusk", "Celia Throm", "Hugo Vantell", "Noor Askeland", "Dag Pellier", "Rina Solberg-Tan", "Oskar Whin", "Lotte Varga", "Ewan Castle", "Pilar Odum", "Greta Holm"},
		"role":   {"runs the bakery across the street", "has chaired the board since 2009", "teaches physics at the evening school", "kept the lock for thirty years", "moved here from the capital", "drew the first plan", "represents the tenants", "knows every tree by its number"},
		"number": {"Twelve", "Forty", "Two hundred", "Seven", "Ninety", "Sixteen", "About thirty", "Nearly fifty", "Eleven", "Three hundred"},
		"things": {"households", "boats", "trees", "workshops", "schoolchildren", "letters", "wells", "bicycles", "rooms", "lamps"},
		"Thing":  {"Bridges", "Orchards", "Wells", "Ferries", "Bells", "Maps", "Markets", "Lamps", "Gardens", "Letters"},
	},
	names: []string{"Ada Brennick", "Tom Okoye-Lund", "Irma Faulk", "Simon Varr", "Nell Hastrup", "Jan Corvin", "Mira Dunst", "Paul Ettring"},
	words: map[string]string{
		"home": "Home", "search": "Search", "by": "By", "posted": "Posted in", "tags": "Tags", "related": "Related posts", "comments": "Comments",
		"reply": "Reply", "leave": "Leave a comment", "note": "Your email address will not be published. Required fields are marked *",
		"news": "Subscribe to our newsletter", "news1": "Every Friday we send the best stories of the week to your inbox. It is free, and you can leave at any time.",
		"gift": "Support our work", "gift1": "We live on what our readers give. Please consider a donation today, large or small.",
		"cookie":  "This site uses cookies to measure visits and to remember your settings. By continuing you agree to our use of cookies.",
		"popular": "Most read", "recent": "Recent posts", "ad": "Advertisement", "share": "Share this", "foot": "All rights reserved. Reproduction only with written permission of the publisher.",
		"more": "Continue reading", "older": "Older posts", "newer": "Newer posts", "also": "Read also",
	},
	sections: []string{"Politics", "Town", "Harbour", "Economy", "Culture", "Schools", "Sport", "Letters", "Opinion", "Weather", "Roads", "Nature"},
}

var chinese = tongue{
	lang: "zh-CN", code: "zh-Hans", locale: "zh_CN",
	patterns: []string{
		"{when}，{who}{did}{what}，{after}。", "{who}{when}{did}了{what}，但是{but}。", "据{source}，{where}的{who}已经{did}{what}。",
		"“{quote}。”{person}说，{ta}{role}。", "这不是第一次了：{when2}，{who}就曾{did}{what}。", "{where}有{number}{things}受到影响，{source}还提到，接下来可能还有{number}{things}。",
		"{person}回忆说，当时谁也没有料到{who}会{did}{what}，因为{but}。", "{who}不愿说明是否会{did}{what}。", "工程{when3}开始，预计花费约{number}万，比{source}估计的要少。",
		"在{where}，没有人记得{who}上一次{did}{what}是什么时候。", "{ta}说，“{quote}”，而{source}给出的说法并不相同。",
	},
	titles: []string{"{who}{did}{what}", "{where}：{number}{things}，一个问题", "“{quote}”——与{person}的一天", "{who}为什么{did}{what}", "{when2}之后，{what}又回来了"},
	slots: map[string][]string{
		"who":    {"港务办公室", "镇议会", "山谷里的一家小公司", "教师协会", "磨坊主人", "水务局工程师", "老教区合唱团", "古迹委员会", "一群学生", "山上的医院", "渡轮船员", "博物馆新任馆长", "种植合作社", "道路管理处", "图书馆", "消防队"},
		"did":    {"公布", "撤回", "否决", "修好", "买回", "清点", "描述", "修改", "推迟", "检查", "签署", "开放", "出售", "找到"},
		"what":   {"新桥的方案", "两百户人家的名单", "冬季时刻表", "海岸最老的地图", "关于水井的报告", "夜班车的合同", "一批旧信件", "集市的规矩", "七台水泵中的三台", "去年的账目", "搬迁车库的提议", "体育馆的屋顶", "船厂的档案", "铁路旁的一块地", "与邻镇的协议", "码头上的每一盏灯"},
		"when":   {"星期一", "星期二晚上", "上个星期", "暑假之前", "今年春天", "两天以前", "没有打招呼", "在最后一次会议上", "午夜前不久", "今年第三次"},
		"when2":  {"一九八七年秋天", "九年前", "那个漫长的冬天", "选举前夜", "一个月以后", "同一个星期", "二十年前", "星期五深夜"},
		"when3":  {"五月第二周", "收割之后", "新年过后", "等土地解冻", "六月一日", "招标结束之后"},
		"after":  {"争论一直持续到天亮", "几位目击者证实了这一点", "结束了十一年的争执", "连自己的成员也感到意外", "这在意料之中", "没有人反对", "尽管审计员提出过警告", "只有一票反对"},
		"but":    {"钱早已花完", "没有人问过住在那里的人", "天气不等人", "图纸怎么也找不到", "法律另有规定", "邻居们早就同意了", "河道已经改了位置", "一半的签名不见了", "木材价格翻了一番"},
		"source": {"议会记录", "本报看到的一封信", "统计办公室", "两名在场的人", "年度报告", "站长", "一份专家意见", "地籍册"},
		"where":  {"下城", "河边", "北岸", "车站后面", "两座岛上", "老城区", "灯塔附近", "森林边上", "十一个村庄", "运河与大海之间"},
		"quote":  {"我们等得够久了", "没有人问过我们", "明天我还会这样做", "夜里能听见", "不过是一道篱笆，可那是我们的篱笆", "总得有人来数", "数字没有错，结论错了", "我们不反对，只反对匆忙", "说到底总是停车的问题", "那一排树是我祖父种的"},
		"person": {"马尔塔", "安拓", "佟雪栗", "胡果", "倪若阿", "戴格", "苏丽娜", "韦恩"},
		"ta":     {"这位老人", "这位居民", "这位老师", "当事人"},
		"role":   {"在街对面开面包店", "从二〇〇九年起担任主席", "在夜校教物理", "看了三十年水闸", "从首都搬来", "画了第一张图", "代表租户", "认得每一棵树"},
		"number": {"十二", "四十", "两百", "七", "九十", "十六", "三十多", "近五十"},
		"things": {"户人家", "条船", "棵树", "间作坊", "名学生", "封信", "口井", "辆自行车", "间屋子", "盏灯"},
	},
	names: []string{"白若溪", "欧阳岚", "范以墨", "史明川", "聂星桥", "简知远"},
	words: map[string]string{
		"home": "首页", "search": "搜索", "by": "作者：", "posted": "发表于", "tags": "标签", "related": "相关文章", "comments": "条评论",
		"reply": "回复", "leave": "发表评论", "note": "您的邮箱地址不会被公开。必填项已用 * 标注",
		"news": "订阅我们的电子报", "news1": "每周五我们把一周最好的文章寄到您的邮箱，完全免费，随时可以退订。",
		"gift": "支持我们", "gift1": "本站靠读者的捐助维持，请考虑今天就捐款，多少都好。",
		"cookie":  "本站使用 Cookie 统计访问量并记住您的设置。继续浏览即表示您同意我们使用 Cookie。",
		"popular": "热门文章", "recent": "近期文章", "ad": "广告", "share": "分享到", "foot": "版权所有，未经书面许可不得转载。",
		"more": "阅读全文", "older": "较早的文章", "newer": "较新的文章", "also": "延伸阅读",
	},
	sections: []string{"时政", "本地", "港口", "经济", "文化", "学校", "体育", "来信", "评论", "天气", "交通", "自然"},
}

// sentence fills a pattern.
func (l *tongue) sentence(r *random, patterns []string) string {
	rest := patterns[r.below(len(patterns))]
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		slot, more, _ := strings.Cut(after, "}")
		values := l.slots[slot]
		b.WriteString(values[r.below(len(values))])
		rest = more
	}
}

// random is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
// number generators, 2014): the same sites from the same seed for ever.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *random) below(n int) int { return int(r.next() % uint64(n)) }

// between gives a number from lo to hi, both included.
func (r *random) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

// newRandom makes a generator for one thing among many.
func newRandom(seed uint64, parts ...int) *random {
	r := random(seed)
	for _, p := range parts {
		r = random(r.next() ^ uint64(p+1)*0xd6e8feb86659fd93)
	}
	return &r
}

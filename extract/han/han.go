// Package han tells simplified from traditional Chinese, character by character.
//
// It knows the characters that are written differently and stand in one form of
// Chinese only, about a thousand of the most frequent. It does not translate:
// words that differ (软件, 軟體) stay what they are.
package han

import (
	"strings"
	"sync"
)

// pairs are characters that are written differently in simplified and
// traditional Chinese, simplified first. Left out are characters of which one
// form is in use in both (后/後, 里/裡, 干/幹, 只, 台, 系, 面, 松, 云 …).
const pairs = "们們这這国國来來时時会會对對为為个個说說学學过過还還进進产產种種经經动動发發长長义義与與从從关關现現实實开開应應无無问問间間电電气氣机機华華东東车車书書马馬门門见見话話语語请請让讓谁誰认認识識记記论論设設计計讲講许許证證评評议議访訪试試该該详詳调調读讀课課谈談谢謝贝貝负負财財责責贤賢败敗货貨质質贩販贪貪贫貧购購贯貫贵貴费費贸貿资資赏賞赖賴赛賽赞贊轮輪软軟转轉轻輕载載较較辆輛输輸边邊达達迁遷运運远遠违違连連迟遲适適选選递遞逻邏遗遺邓鄧邮郵邻鄰郑鄭针針钟鐘钢鋼钱錢铁鐵银銀销銷锁鎖错錯键鍵镇鎮镜鏡闭閉闲閒闻聞阅閱阳陽阶階际際陆陸陈陳险險随隨难難双雙鸡雞离離预預领領频頻题題额額颜顏风風飞飛饭飯饮飲饿餓馆館驾駕验驗骑騎骗騙鱼魚鲜鮮鸟鳥麦麥黄黃龙龍龄齡齐齊万萬业業丛叢丝絲两兩严嚴丧喪丰豐临臨丽麗举舉乐樂乔喬习習乡鄉买買乱亂争爭亏虧亚亞亿億仅僅仓倉仪儀价價众眾优優伙夥伟偉传傳伤傷伦倫伪偽体體余餘侠俠侦偵侧側侨僑债債倾傾储儲儿兒党黨兰蘭兴興养養兽獸内內冲沖决決况況冻凍净淨准準凉涼减減凤鳳凭憑击擊刘劉则則刚剛创創别別剂劑剑劍剧劇劝勸办辦务務劳勞势勢勋勳区區医醫协協单單卖賣卢盧卫衛却卻厂廠厅廳历歷厉厲压壓厌厭县縣参參变變叙敘叶葉号號叹嘆吓嚇吕呂吗嗎听聽启啟员員呜嗚响響哗嘩唤喚喷噴团團园園围圍图圖圆圓圣聖场場坏壞块塊坚堅坛壇坝壩坟墳坠墜垄壟垒壘垦墾壳殼处處备備复復够夠头頭夹夾夺奪奋奮奖獎妆妝妇婦妈媽娱娛孙孫宁寧宝寶宠寵审審宪憲宫宮宽寬宾賓寝寢导導寿壽将將尔爾尘塵尝嘗层層属屬屡屢岁歲岂豈岗崗岛島岭嶺币幣帅帥师師帐帳带帶帮幫庄莊庆慶库庫庙廟废廢张張弯彎弹彈强強归歸录錄彻徹征徵怀懷态態怜憐总總恋戀恳懇恶惡恼惱悬懸惊驚惧懼惨慘惩懲惯慣愤憤愿願戏戲战戰户戶扑撲执執扩擴扫掃扬揚扰擾抚撫抛拋抢搶护護报報担擔拟擬拥擁择擇挂掛挡擋挥揮损損换換据據掷擲揽攬搅攪摄攝摆擺摇搖撑撐敌敵数數斋齋斗鬥断斷旧舊显顯晓曉晕暈暂暫术術杀殺杂雜权權条條极極构構枪槍柜櫃标標栈棧栋棟栏欄树樹样樣桥橋检檢楼樓榄欖横橫欢歡欧歐歼殲残殘殴毆毁毀毕畢汇匯汉漢汤湯沟溝没沒沦淪沪滬泪淚泽澤洁潔测測济濟浏瀏浓濃涛濤涨漲渊淵渐漸渔漁温溫湾灣湿濕溃潰滚滾满滿滤濾滥濫滨濱潜潛灭滅灯燈灵靈灾災炉爐点點烂爛烛燭烟煙烦煩烧燒热熱爱愛爷爺状狀独獨狮獅狱獄猎獵献獻环環珑瓏琐瑣疗療疯瘋痒癢瘾癮皑皚盐鹽监監盖蓋盘盤矿礦码碼砖磚确確碍礙礼禮祸禍种種积積称稱税稅稳穩穷窮窃竊窑窯竞競笔筆笼籠筑築筛篩签簽简簡粮糧紧緊纠糾红紅约約级級纪紀纯純纲綱纳納纵縱纷紛纸紙纹紋线線练練组組细細织織终終绍紹结結绕繞绘繪给給络絡绝絕统統继繼绩績绪緒续續维維绵綿综綜绿綠缓緩编編缘緣缩縮缴繳网網罗羅罚罰罢罷职職联聯肃肅肠腸肤膚肾腎肿腫胀脹胁脅胆膽胜勝脉脈脏臟脑腦脚腳脱脫脸臉舆輿舰艦艰艱艳艷艺藝节節芦蘆苏蘇苹蘋范範茎莖荐薦荣榮药藥莱萊获獲营營萧蕭蓝藍虏虜虑慮虽雖虾蝦蚀蝕蛮蠻蜡蠟补補袭襲装裝观觀规規视視览覽觉覺触觸订訂训訓讯訊讨討讼訟诈詐诉訴诊診词詞译譯诗詩诚誠话話诞誕询詢误誤诱誘诸諸诺諾谋謀谓謂谣謠谦謙谨謹谱譜赵趙趋趨跃躍践踐踪蹤轨軌轰轟辅輔辈輩辉輝辑輯辞辭辩辯迈邁迹跡酱醬释釋鉴鑒钥鑰铜銅铺鋪链鏈锋鋒锐銳锦錦闪閃闯闖阁閣阔闊队隊阴陰阵陣隐隱雾霧静靜韩韓页頁顶頂项項顺順须須顾顧顿頓颁頒颇頗饰飾驱驅骂罵驻駐骤驟鲁魯鸣鳴麻麻齿齒龟龜后後"

// Form is a form of written Chinese.
type Form int8

// The forms. A text of characters that both have in common is Both.
const (
	BothForms Form = iota
	SimplifiedForm
	TraditionalForm
)

// forms holds the characters of pairs.
var forms = sync.OnceValue(func() map[rune]Form {
	m := map[rune]Form{}
	each(func(s, t rune) {
		if s != t && s != '后' { // 后 is also a traditional character
			m[s], m[t] = SimplifiedForm, TraditionalForm
		}
	})
	return m
})

// traditional maps simplified characters.
var traditional = sync.OnceValue(func() map[rune]rune {
	m := map[rune]rune{}
	each(func(s, t rune) { m[s] = t })
	return m
})

func each(do func(simplified, traditional rune)) {
	all := []rune(pairs)
	for i := 0; i+1 < len(all); i += 2 {
		do(all[i], all[i+1])
	}
}

// FormOf tells which form a text is in, by the balance of the characters that
// only one form has, among the first limit characters beyond the Latin and the
// other small scripts.
func FormOf(text string, limit int) Form {
	forms := forms()
	n, balance := 0, 0
	for _, r := range text {
		if r < 0x3400 {
			continue
		}
		if n++; n > limit {
			break
		}
		switch forms[r] {
		case SimplifiedForm:
			balance++
		case TraditionalForm:
			balance--
		}
	}
	switch {
	case balance > 0:
		return SimplifiedForm
	case balance < 0:
		return TraditionalForm
	}
	return BothForms
}

// Traditional writes the characters of a text in their traditional form.
func Traditional(s string) string {
	to := traditional()
	return strings.Map(func(r rune) rune {
		if t, ok := to[r]; ok {
			return t
		}
		return r
	}, s)
}

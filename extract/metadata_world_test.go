package extract

import (
	"strings"
	"testing"
)

// TestBylinesOfTheWorld reads pages as the press of each language prints them:
// a heading, a line or two, the story.
func TestBylinesOfTheWorld(t *testing.T) {
	long := map[string]string{
		"es": "El ayuntamiento anunció ayer que el puente vuelve a estar abierto al tráfico después de dos años de obras, y que el lunes pasarán los primeros autobuses por él. ",
		"pt": "A câmara municipal anunciou ontem que a ponte volta a estar aberta ao trânsito depois de dois anos de obras, e que na segunda-feira passam os primeiros autocarros. ",
		"it": "Il comune ha annunciato ieri che il ponte è di nuovo aperto al traffico dopo due anni di lavori, e che lunedì passeranno i primi autobus della linea quattro. ",
		"pl": "Rada miasta ogłosiła wczoraj, że most jest znów otwarty dla ruchu po dwóch latach robót, a w poniedziałek przejadą po nim pierwsze autobusy linii numer cztery. ",
		"tr": "Belediye dün köprünün iki yıllık çalışmaların ardından yeniden trafiğe açıldığını ve pazartesi günü ilk otobüslerin üzerinden geçeceğini açıkladı, halk sevindi. ",
		"ar": "أعلنت البلدية أمس أن الجسر فتح من جديد أمام حركة المرور بعد عامين من الأعمال، وأن أولى الحافلات ستمر فوقه يوم الاثنين، وقد عبر السكان عن سعادتهم بذلك. ",
		"hi": "नगर परिषद ने कल घोषणा की कि दो साल के काम के बाद पुल फिर से यातायात के लिए खुल गया है और सोमवार को पहली बसें उस पर से गुजरेंगी, लोग बहुत खुश हैं। ",
		"ko": "시의회는 어제 다리가 2년간의 공사 끝에 다시 개통되었으며 월요일에 첫 버스가 그 위를 지날 것이라고 발표했다. 주민들은 오랜 기다림 끝에 매우 기뻐하고 있으며 상인들도 기대가 크다고 말했다. ",
		"ja": "市議会は昨日、橋が二年間の工事を経て再び開通し、月曜日に最初のバスがその上を通ると発表した。住民は長い待ち時間の末にとても喜んでおり、商店街の人々も期待していると話した。",
		"zh": "市政府昨天宣布，大桥经过两年施工后重新开放，星期一首班公交车将从桥上通过。居民们等了两年，现在都很高兴，商店的老板们也说，他们对今后的生意充满了期待。",
		"tw": "市政府昨天宣布，大橋經過兩年施工後重新開放，星期一首班公車將從橋上通過。居民們等了兩年，現在都很高興，商店的老闆們也說，他們對今後的生意充滿了期待。",
		"ru": "Городской совет объявил вчера, что мост снова открыт для движения после двух лет работ и что в понедельник по нему пройдут первые автобусы, жители очень рады. ",
		"th": "สภาเมืองประกาศเมื่อวานนี้ว่าสะพานเปิดให้สัญจรอีกครั้งหลังจากก่อสร้างมาสองปี และในวันจันทร์รถโดยสารคันแรกจะวิ่งข้ามสะพาน ชาวบ้านดีใจมาก ",
		"vi": "Hội đồng thành phố hôm qua thông báo cây cầu đã mở lại cho xe cộ sau hai năm thi công, và thứ hai những chiếc xe buýt đầu tiên sẽ đi qua, người dân rất vui mừng. ",
	}
	for _, c := range []struct{ name, lang, title, lines, authors, published, modified string }{
		{"Spanish", "es", "El puente está abierto", `<p>Por María José Peña</p><p>31 de mayo de 2024 a las 15:20</p>`, "María José Peña", "2024-05-31T15:20:00", ""},
		{"Spanish, short", "es", "El puente está abierto", `<p>Juan Carlos Ruiz / Ana Gil</p><p>Madrid - 31 may 2024 - 15:20 CEST</p>`, "", "2024-05-31T15:20:00+02:00", ""},
		{"Spanish, updated", "es", "El puente está abierto", `<p>Publicado: 30/05/2024 08:00</p><p>Actualizado: 31/05/2024 15:20</p>`, "", "2024-05-30T08:00:00", "2024-05-31T15:20:00"},
		{"Portuguese", "pt-BR", "A ponte está aberta", `<p>Por João da Silva, Lisboa</p><p>31/05/2024 15h20 Atualizado 01/06/2024 09h05</p>`, "João da Silva", "2024-05-31T15:20:00", "2024-06-01T09:05:00"},
		{"Portuguese, month", "pt", "A ponte está aberta", `<p>Texto de Rita Sá Marques</p><p>31 de maio de 2024, 15:20</p>`, "Rita Sá Marques", "2024-05-31T15:20:00", ""},
		{"Italian", "it", "Il ponte è aperto", `<p>di Giulia De Rossi</p><p>31 maggio 2024 alle 15:20</p>`, "Giulia De Rossi", "2024-05-31T15:20:00", ""},
		{"Polish", "pl", "Most jest otwarty", `<p>Autor: Łukasz Wójcik</p><p>Opublikowano: 31 maja 2024, 15:20</p><p>Aktualizacja: 1 czerwca 2024, 09:05</p>`, "Łukasz Wójcik", "2024-05-31T15:20:00", "2024-06-01T09:05:00"},
		{"Turkish", "tr", "Köprü açıldı", `<p>Yazar: Ayşe Yılmaz</p><p>Giriş Tarihi: 31.05.2024 15:20</p><p>Son Güncelleme: 01.06.2024 09:05</p>`, "Ayşe Yılmaz", "2024-05-31T15:20:00", "2024-06-01T09:05:00"},
		{"Turkish, month", "tr", "Köprü açıldı", `<p>31 Mayıs 2024 Cuma, 15:20</p>`, "", "2024-05-31T15:20:00", ""},
		{"Arabic", "ar", "الجسر مفتوح من جديد", `<p>بقلم: أحمد منصور</p><p>نُشر في: 31 مايو 2024</p>`, "أحمد منصور", "2024-05-31", ""},
		{"Arabic digits", "ar", "الجسر مفتوح من جديد", `<p>كتب محمد علي</p><p>٣١ مايو ٢٠٢٤ - ١٥:٢٠</p>`, "محمد علي", "2024-05-31T15:20:00", ""},
		{"Arabic, months of the Levant", "ar", "الجسر مفتوح من جديد", `<p>31 كانون الثاني 2024</p>`, "", "2024-01-31", ""},
		{"Hindi", "hi", "पुल फिर खुल गया", `<p>लेखक: राजेश शर्मा</p><p>प्रकाशित: 31 जनवरी 2024, 15:20</p>`, "राजेश शर्मा", "2024-01-31T15:20:00", ""},
		{"Hindi digits", "hi", "पुल फिर खुल गया", `<p>३१ मई २०२४</p>`, "", "2024-05-31", ""},
		{"Korean", "ko", "다리가 다시 열렸다", `<p>김민수 기자</p><p>입력 2024.05.31. 오후 3:20</p><p>수정 2024.06.01. 오전 9:05</p>`, "김민수", "2024-05-31T15:20:00", "2024-06-01T09:05:00"},
		{"Korean, mail address", "ko", "다리가 다시 열렸다", `<p>이영희 기자 lee@news.example</p><p>2024년 5월 31일 15시 20분</p>`, "이영희", "2024-05-31T15:20:00", ""},
		{"Japanese", "ja", "橋が再び開通した", `<p>文：佐藤花子</p><p>2024年5月31日 15時20分</p>`, "佐藤花子", "2024-05-31T15:20:00", ""},
		{"Japanese era", "ja", "橋が再び開通した", `<p>令和6年5月31日</p>`, "", "2024-05-31", ""},
		{"Japanese, updated", "ja", "橋が再び開通した", `<p>公開日：2024/05/31 更新日：2024/06/01</p>`, "", "2024-05-31", "2024-06-01"},
		{"Chinese, an editor in charge is no author", "zh-CN", "大桥今天重新开放", `<p>2024-05-31 15:20 来源：某某日报 责任编辑：王五</p>`, "", "2024-05-31T15:20:00", ""},
		{"Chinese, reporter", "zh-CN", "大桥今天重新开放", `<p>2024年05月31日15:20 来源：某某日报</p><p>本报记者 张三 实习生 李四</p>`, "张三; 李四", "2024-05-31T15:20:00", ""},
		{"Chinese, author", "zh-CN", "大桥今天重新开放", `<p>作者：赵敏 编辑：钱多多 2024-05-31</p>`, "赵敏", "2024-05-31", ""},
		{"Chinese, contributor", "zh-CN", "大桥今天重新开放", `<p>特约撰稿人 孙小芳</p><p>发布时间：2024-05-31 下午3:20</p>`, "孙小芳", "2024-05-31T15:20:00", ""},
		{"Traditional Chinese", "zh-TW", "大橋今天重新開放", `<p>撰文：陳小明 責任編輯：林大華</p><p>出版：2024-05-31 15:20 更新：2024-06-01 09:05</p>`, "陳小明", "2024-05-31T15:20:00", "2024-06-01T09:05:00"},
		{"Traditional Chinese, place after the name", "zh-TW", "大橋今天重新開放", `<p>記者陳小明／台北報導</p><p>2024/05/31 15:20</p>`, "陳小明", "2024-05-31T15:20:00", ""},
		{"Taiwan's years", "zh-TW", "大橋今天重新開放", `<p>發布日期：民國113年5月31日</p>`, "", "2024-05-31", ""},
		{"Russian", "ru", "Мост снова открыт", `<p>Автор: Иван Петров</p><p>31 мая 2024, 15:20 (МСК)</p>`, "Иван Петров", "2024-05-31T15:20:00+03:00", ""},
		{"Thai", "th", "สะพานเปิดแล้ว", `<p>เผยแพร่: 31 พ.ค. 2567 15:20</p>`, "", "2024-05-31T15:20:00", ""},
		{"Vietnamese", "vi", "Cầu đã mở lại", `<p>Thứ sáu, 31/5/2024, 15:20 (GMT+7)</p>`, "", "2024-05-31T15:20:00+07:00", ""},
	} {
		story := long[strings.ToLower(strings.Split(c.lang, "-")[0])]
		if c.lang == "zh-TW" {
			story = long["tw"]
		}
		page := `<html lang=` + c.lang + `><head><title>` + c.title + `</title></head><body><article><h1>` + c.title + `</h1>` + c.lines + strings.Repeat(`<p>`+story+`</p>`, 3) + `</article></body></html>`
		m := readMetadata(parseHTML(t, page), Page{URL: "https://news.example/x"}, "https://news.example/x")
		if got := strings.Join(m.Authors, "; "); got != c.authors {
			t.Errorf("%s: authors %q, want %q", c.name, got, c.authors)
		}
		if m.PublishedAt != c.published || m.ModifiedAt != c.modified {
			t.Errorf("%s: published %q, modified %q; want %q, %q", c.name, m.PublishedAt, m.ModifiedAt, c.published, c.modified)
		}
	}
}

package extract

import (
	"strings"
	"sync"
)

// months lists the names of the months per language, twelve fields each; forms
// of one month (nominative, genitive, abbreviation) are joined by "/".
var months = []string{
	"january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov december/dec",
	"januar/jän/jänner/januars februar/feber/febr märz/mär/maerz/mrz april mai juni juli august september oktober/okt november dezember/dez",
	"janvier/janv février/fevrier/févr/fév mars avril/avr mai juin juillet/juil août/aout septembre octobre novembre décembre/decembre/déc",
	"enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre/sept octubre noviembre diciembre/dic",
	"janeiro fevereiro/fev março/marco abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro/dez",
	"gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre ottobre/ott novembre dicembre",
	"januari februari maart/mrt april mei juni juli augustus september oktober november december",
	"januari februari mars april maj juni juli augusti september oktober november december",
	"januar februar marts april maj juni juli august september oktober november december/des",
	"tammikuu/tammikuuta/tammikuun helmikuu/helmikuuta/helmikuun maaliskuu/maaliskuuta/maaliskuun huhtikuu/huhtikuuta/huhtikuun toukokuu/toukokuuta/toukokuun kesäkuu/kesäkuuta/kesäkuun heinäkuu/heinäkuuta/heinäkuun elokuu/elokuuta/elokuun syyskuu/syyskuuta/syyskuun lokakuu/lokakuuta/lokakuun marraskuu/marraskuuta/marraskuun joulukuu/joulukuuta/joulukuun",
	"styczeń/stycznia/sty luty/lutego/lut marzec/marca kwiecień/kwietnia/kwi maj/maja czerwiec/czerwca/cze lipiec/lipca/lip sierpień/sierpnia/sie wrzesień/września/wrz październik/października/paź listopad/listopada/lis grudzień/grudnia/gru",
	"leden/ledna únor/února březen/března duben/dubna květen/května červen/června červenec/července srpen/srpna září říjen/října listopad/listopadu prosinec/prosince",
	"január/januára február/februára marec/marca apríl/apríla máj/mája jún/júna júl/júla august/augusta september/septembra október/októbra november/novembra december/decembra",
	"január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus szeptember/szept október november december",
	"ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noi decembrie",
	"ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara",
	"januari februari maret april mei juni juli agustus/agu september oktober november/nop desember",
	"январь/января/янв февраль/февраля/фев/февр март/марта/мар апрель/апреля/апр май/мая июнь/июня/июн июль/июля/июл август/августа/авг сентябрь/сентября/сен/сент октябрь/октября/окт ноябрь/ноября/ноя/нояб декабрь/декабря/дек",
	"січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/кві травень/травня/тра червень/червня/чер липень/липня/лип серпень/серпня/сер вересень/вересня/вер жовтень/жовтня/жов листопад/листопада/лис грудень/грудня/гру",
	"януари/яну февруари март април май юни юли август септември октомври ноември декември",
	"јануар/јануара фебруар/фебруара март/марта април/априла мај/маја јун/јуна јул/јула август/августа септембар/септембра октобар/октобра новембар/новембра децембар/децембра",
	"januar/januara februar/februara mart/marta april/aprila maj/maja jun/juna jul/jula avgust/avgusta septembar/septembra oktobar/oktobra novembar/novembra decembar/decembra",
	"januar/januarja februar/februarja marec/marca april/aprila maj/maja junij/junija julij/julija avgust/avgusta september/septembra oktober/oktobra november/novembra december/decembra",
	"ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μαρ απρίλιος/απριλίου/απρ μάιος/μαΐου/μαϊ/μάι ιούνιος/ιουνίου/ιουν ιούλιος/ιουλίου/ιουλ αύγουστος/αυγούστου/αυγ σεπτέμβριος/σεπτεμβρίου/σεπ οκτώβριος/οκτωβρίου/οκτ νοέμβριος/νοεμβρίου/νοε δεκέμβριος/δεκεμβρίου/δεκ",
	"gener/gen febrer març abril maig juny juliol agost setembre octubre novembre desembre",
	"sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis",
	"janvāris/janvārī februāris/februārī marts aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī",
	"jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
	"يناير/جانفي فبراير/شباط/فيفري مارس/آذار/اذار أبريل/ابريل/نيسان/أفريل مايو/أيار/ماي يونيو/حزيران/جوان/يونيه يوليو/تموز/جويلية/يوليوز/يوليه أغسطس/اغسطس/آب/أوت/غشت سبتمبر/أيلول/شتنبر أكتوبر/اكتوبر نوفمبر/نونبر ديسمبر/دجنبر",
	"ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
	"มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
	"জানুয়ারি/জানুয়ারী/জানুয়ারি ফেব্রুয়ারি/ফেব্রুয়ারী/ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট/আগষ্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
	"जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर",
	"جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
	"जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
}

// croatianMonths differ from other languages' names that look the same.
var croatianMonths = map[string]int{
	"siječnja": 1, "veljače": 2, "ožujka": 3, "travnja": 4, "svibnja": 5, "lipnja": 6, "srpnja": 7, "kolovoza": 8, "rujna": 9,
	"listopada": 10, "studenoga": 11, "studenog": 11, "prosinca": 12,
}

// monthNames maps every form to its number. Where two languages disagree the
// first in the list of months counts.
var monthNames = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for _, lang := range months {
		n := 0
		for forms := range strings.FieldsSeq(lang) {
			n++
			for form := range strings.SplitSeq(forms, "/") {
				if _, ok := m[form]; !ok {
					m[form] = n
				}
			}
		}
	}
	return m
})

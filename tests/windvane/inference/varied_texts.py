"""Texts of many kinds, from one word to several hundred, on which answers are compared."""

SHORT = (
    "Great!",
    "no",
    "meh",
    "I love it",
    "I hate it.",
    "What a glad and lovely surprise this was!",
    "She cried all night; it was the saddest day of her life.",
    "The meeting is on Tuesday at noon.",
    "The parcel weighs 2.4 kg and measures 30 x 20 x 15 cm.",
    "Not bad at all, honestly.",
    "I wouldn't say it was good.",
    "Could have been worse, could have been a lot better.",
    "Oh great, another Monday with no hot water.",
    "WORST. FLIGHT. EVER.",
    "sooooo goooood omg i cant even",
    "The soup was cold, the waiter was rude and the bill was wrong.",
    "Five stars; we will be back with the whole family next summer.",
    "My order arrived two weeks late and half of it was broken.",
    "Invoice 4471 was paid on 3 March; the balance is zero.",
    "It does what it says on the box.",
    "Their support answered within a minute and solved it. Impressive.",
    "I wanted to like this book so much, but I gave up after fifty pages.",
    "Water boils at 100 degrees Celsius at sea level.",
    "He is not unhappy with the outcome, nor is he thrilled.",
    "Refund refused. Twice. Avoid.",
    "The battery lasts three days, which is more than I ever hoped for!",
    "Please find the minutes of the last session attached.",
    "You call that music? My washing machine has more rhythm.",
    "Best coffee in town, worst chairs in the country.",
    "The update fixed the crash but now it eats twice the memory.",
    "\N{GRINNING FACE}",
    "\N{POUTING FACE}\N{POUTING FACE}\N{POUTING FACE} never again",
    "So happy for you two! \N{PARTY POPPER}\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}",
    "my team lost \N{LOUDLY CRYING FACE} but what a match \N{SOCCER BALL}",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} ships on Friday",
    "השירות היה מצוין, תודה רבה!",
    "الطعام بارد والخدمة سيئة جدا",
    "这家餐厅的服务非常好，我很满意。",  # noqa: RUF001 - Chinese has its own comma
    "このホテルは期待外れでした。",
    "배송이 빨라서 정말 좋아요",
    "Мне совсем не понравилось.",
    "Η ταινία ήταν υπέροχη.",  # noqa: RUF001 - Greek has its own eta
    "यह किताब बहुत अच्छी है।",
    "Das Essen war köstlich, aber viel zu teuer.",
    "Ça m'a beaucoup plu, bravo à toute l'équipe !",
    "a\tb\r\nc\x00d\x1b[31me",
    "https://example.org/a?b=c#d user@example.org #fail @nobody",
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "if (x < 0) { return -1; } // todo: fix this ugly hack",
    "Zalgo: h\u0335\u0321e\u0338\u0322l\u0337p\u0336 m\u0334e",
    "antidisestablishmentarianism floccinaucinihilipilification honorificabilitudinitatibus",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
)

PARAGRAPHS = (
    "We stayed for a week in the small hotel by the harbour, and from the first evening we felt "
    "at home. The owner showed us the path to the lighthouse, lent our children her own bicycles, "
    "and kept a table by the window for us at breakfast. The bread was warm, the rooms were "
    "spotless, and the only noise at night was the sea. We have already booked for next year.",
    "The laptop came with a scratch across the lid and a battery that would not charge past sixty "
    "per cent. The shop asked me to prove that I had not dropped it, then stopped answering "
    "altogether. After a month I had a form letter telling me that my case was closed. I have "
    "bought from them for ten years, and this was the last time that they will see my money.",
    "The committee met in room 204 with nine of its eleven members present. The minutes of the "
    "previous session were approved without changes. The treasurer reported that expenses in the "
    "first quarter came to 18,240 and income to 19,105. The next session is set for the second "
    "Thursday in May, and proposals for its agenda should reach the secretary a week before.",
    "For its first hour the film is a delight: quick, warm and funnier than its trailer. Then it "
    "loses its nerve. Two storylines are dropped without a word, the villain explains himself at "
    "length, and the ending has been borrowed from a better picture. The actors deserve praise "
    "for what they save, and the music is lovely, but I left the cinema more tired than moved.",
    "To replace the filter, switch the pump off and close both valves. Unscrew the cover against "
    "the clock, lift the old cartridge out, and wipe the seat dry with a clean cloth. Put the new "
    "cartridge in with the arrow pointing upwards, tighten the cover by hand, open the valves one "
    "after the other, and let the pump run for two minutes before you draw any water.",
    "I was nervous about the surgery, and everyone from the porter to the surgeon took the time "
    "to talk me through it. Nobody rushed, nobody talked over my head, and when I woke up a nurse "
    "was holding my hand. The pain was real and the food was dreadful, yet I would go back there "
    "without thinking twice, and I am grateful every single morning that I can walk again.",
)

LONG = tuple(" ".join(PARAGRAPHS[:count]) for count in (2, 3, 4, 5, 6))
"""Up to about 400 words."""

WINDOWED = " ".join(PARAGRAPHS * 2)
"""Longer than the shipped model reads at once."""

TEXTS = (*SHORT, *PARAGRAPHS, *LONG, WINDOWED)

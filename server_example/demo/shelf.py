"""What the shop sells: categories and products with their texts (Vietnamese, English), prices in đồng and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = tuple[str, str]  # Vietnamese, English: the order of texts.LANGUAGES


@dataclass(frozen=True, slots=True)
class Category:
    slug: str
    name: Words
    blurb: Words
    picture: str  # a product's picture that stands for the whole shelf


@dataclass(frozen=True, slots=True)
class Product:
    product_id: str
    slug: str
    category: str
    name: Words
    price: int  # đồng
    line: Words  # one line under the name
    story: Words
    facts: tuple[tuple[Words, Words], ...]  # what it is made of, measured
    options: tuple[str, ...] = ()  # sizes to choose from; none: one size
    was: int = 0  # the price before, đồng; 0: never another
    badge: str = ""  # "new" or "few"
    delivered: bool = True  # False: nothing to send (a membership card)

    @property
    def picture(self) -> str:
        return f"img/products/{self.slug}.svg"


CATEGORIES: Mapping[str, Category] = {
    category.slug: category
    for category in (
        Category(
            "golf",
            ("Đồ golf", "Golf"),
            (
                "Gậy, bóng và túi cho người mới ra sân lẫn người chơi mỗi sáng. Thử gậy miễn phí tại cửa hàng.",
                "Clubs, balls and bags for the first round and for every morning after it. Try any club in the shop.",
            ),
            "driver",
        ),
        Category(
            "gym",
            ("Dụng cụ tập", "Gym gear"),
            (
                "Đủ cho một góc tập gọn trong nhà: tạ, dây, ghế, và thẻ tập khi bạn muốn tập cùng mọi người.",
                "All a small home gym needs: weights, bands, a bench, and a card for when you want company.",
            ),
            "dumbbells",
        ),
        Category(
            "yoga",
            ("Yoga", "Yoga"),
            (
                "Thảm bám tay, gối đỡ lưng, gạch bần. Chọn cùng giáo viên đang đứng lớp ở Sân Sớm.",
                "Mats that grip, bolsters that hold, cork blocks. Chosen with the teachers of our classes.",
            ),
            "mat",
        ),
        Category(
            "wear",
            ("Giày & áo", "Shoes & wear"),
            (
                "Vải thoáng cho buổi sáng Sài Gòn, đế bám cho cỏ ướt và sàn tập.",
                "Light cloth for warm mornings, soles for wet grass and gym floors.",
            ),
            "golf-shoe",
        ),
    )
}

_SHOES = ("39", "40", "41", "42", "43")
_SIZES = ("S", "M", "L", "XL")
_WEIGHT, _MADE_OF, _SIZE, _FOR = (
    ("Trọng lượng", "Weight"),
    ("Chất liệu", "Material"),
    ("Kích thước", "Size"),
    ("Hợp với", "Good for"),
)

SHELF = (
    Product(
        "G-DRIVER", "driver", "golf",
        ("Gậy driver Bình Minh 10.5°", "Dawn driver 10.5°"), 6_490_000,
        ("Mặt gậy rộng, dễ đánh thẳng", "A wide face that forgives"),
        (
            "Đầu gậy 460 cc với điểm ngọt rộng, bóng đi thẳng ngay cả khi chạm lệch. Cán graphite nhẹ cho nhịp swing vừa.",
            "A 460 cc head with a wide sweet spot, straight even off centre. A light graphite shaft for an easy tempo.",
        ),
        ((_WEIGHT, ("305 g", "305 g")), (_MADE_OF, ("Titan, cán graphite R", "Titanium, graphite shaft R")),
         (_FOR, ("Người mới đến trung cấp", "Beginners and mid handicaps"))),
        was=7_200_000,
    ),
    Product(
        "G-IRONS", "irons", "golf",
        ("Bộ gậy sắt Đồi Xanh 5–PW", "Green Hill irons 5–PW"), 9_890_000,
        ("Sáu gậy, cán thép", "Six clubs, steel shafts"),
        (
            "Rãnh phay sâu giữ bóng trên green, đế rộng lướt qua cỏ dày. Được chỉnh góc miễn phí khi nhận tại cửa hàng.",
            "Milled grooves that hold the green, wide soles that glide through rough. Lie adjusted free on collection.",
        ),
        ((_MADE_OF, ("Thép 431, cán thép R/S", "431 steel, steel shafts R/S")),
         (_SIZE, ("5, 6, 7, 8, 9, PW", "5, 6, 7, 8, 9, PW"))),
        options=("R", "S"),
    ),
    Product(
        "G-PUTTER", "putter", "golf",
        ("Putter mallet Lặng", "Still mallet putter"), 2_850_000,
        ("Cân bằng, vạch ngắm dài", "Balanced, long sight line"),
        (
            "Trọng tâm thấp và lùi sau nên mặt gậy không xoay. Grip dày đỡ cổ tay.",
            "Low and deep weight keeps the face square. A thick grip quiets the wrists.",
        ),
        ((_SIZE, ("34 inch", "34 inches")), (_MADE_OF, ("Nhôm phay, grip PU", "Milled aluminium, PU grip"))),
        badge="new",
    ),
    Product(
        "G-BALLS", "balls", "golf",
        ("Hộp 12 bóng golf Sớm Tour", "Early Tour balls, box of 12"), 890_000,
        ("Ba lớp, vỏ urethane", "Three layers, urethane cover"),
        (
            "Bay xa với driver, dừng nhanh với wedge. Hộp ba ống, mỗi ống bốn bóng.",
            "Long off the tee, quick to stop from a wedge. Three sleeves of four.",
        ),
        ((_MADE_OF, ("Lõi cao su, vỏ urethane", "Rubber core, urethane cover")),
         (_FOR, ("Nhịp swing 80–100 mph", "Swing speeds of 80–100 mph"))),
    ),
    Product(
        "G-GLOVE", "glove", "golf",
        ("Găng tay golf da cừu", "Cabretta golf glove"), 420_000,
        ("Mềm, khô nhanh", "Soft, dries fast"),
        (
            "Da cừu mỏng cho cảm giác cầm thật, lỗ thoát hơi ở ngón. Đeo tay trái.",
            "Thin leather for a true feel, vented fingers. For the left hand.",
        ),
        ((_MADE_OF, ("Da cừu Cabretta", "Cabretta leather")),),
        options=_SIZES,
    ),
    Product(
        "G-BAG", "bag", "golf",
        ("Túi golf chân chống Vành Đai", "Ring Road stand bag"), 3_690_000,
        ("Nhẹ 1,9 kg, 14 ngăn gậy", "1.9 kg, 14 dividers"),
        (
            "Chân chống tự bung, dây đeo đôi chia đều vai, ngăn lạnh cho chai nước.",
            "Legs that open by themselves, a double strap, a cool pocket for water.",
        ),
        ((_WEIGHT, ("1,9 kg", "1.9 kg")), (_MADE_OF, ("Polyester chống nước", "Water-repellent polyester"))),
        badge="few",
    ),
    Product(
        "F-DUMBBELLS", "dumbbells", "gym",
        ("Cặp tạ tay lục giác 10 kg", "Hex dumbbells, pair of 10 kg"), 1_290_000,
        ("Bọc cao su, không lăn", "Rubber heads, will not roll"),
        (
            "Tay cầm khía chống trượt, đầu lục giác nằm yên trên sàn gạch. Giá cho cả cặp.",
            "Knurled handles, hexagonal heads that stay put on tiles. The price is for the pair.",
        ),
        ((_WEIGHT, ("2 × 10 kg", "2 × 10 kg")), (_MADE_OF, ("Gang bọc cao su, tay thép", "Rubber on iron, steel handle"))),
    ),
    Product(
        "F-KETTLEBELL", "kettlebell", "gym",
        ("Tạ ấm gang 16 kg", "Cast iron kettlebell 16 kg"), 790_000,
        ("Đúc liền khối, quai rộng", "One piece, wide handle"),
        (
            "Sơn tĩnh điện bám tay, đáy phẳng để chống đẩy. Một quả đủ cho cả buổi.",
            "Powder coat that holds chalk, a flat base for push-ups. One is enough for a session.",
        ),
        ((_WEIGHT, ("16 kg", "16 kg")), (_MADE_OF, ("Gang đúc", "Cast iron"))),
    ),
    Product(
        "F-BANDS", "bands", "gym",
        ("Bộ ba dây kháng lực", "Resistance bands, set of three"), 350_000,
        ("8, 15 và 25 kg", "8, 15 and 25 kg"),
        (
            "Ba mức từ khởi động đến kéo xà hỗ trợ, kèm túi vải.",
            "Three strengths from warm-up to assisted pull-ups, with a cloth bag.",
        ),
        ((_MADE_OF, ("Cao su tự nhiên", "Natural latex")), (_SIZE, ("Chu vi 208 cm", "208 cm around"))),
    ),
    Product(
        "F-BENCH", "bench", "gym",
        ("Ghế tập chỉnh 7 nấc", "Adjustable bench, 7 positions"), 2_990_000,
        ("Gập gọn dưới giường", "Folds under the bed"),
        (
            "Từ nằm dốc đến ngồi thẳng trong một động tác. Chịu tải 300 kg, bánh xe để đẩy đi.",
            "From decline to upright in one move. Holds 300 kg, rolls away on wheels.",
        ),
        ((_WEIGHT, ("17 kg", "17 kg")), (_SIZE, ("128 × 42 × 45 cm", "128 × 42 × 45 cm"))),
        was=3_450_000,
    ),
    Product(
        "F-ROPE", "rope", "gym",
        ("Dây nhảy tốc độ", "Speed rope"), 220_000,
        ("Vòng bi kép, chỉnh độ dài", "Twin bearings, cut to length"),
        (
            "Quay êm, không xoắn. Đo một lần, siết vít, nhảy cả năm.",
            "Turns quietly and never twists. Measure once, tighten, skip all year.",
        ),
        ((_SIZE, ("Tối đa 3 m", "Up to 3 m")), (_MADE_OF, ("Cáp thép bọc PVC", "PVC-coated steel"))),
    ),
    Product(
        "GYM-12M", "gym-card", "gym",
        ("Thẻ tập Sân Sớm 12 tháng", "Sân Sớm gym card, 12 months"), 5_400_000,
        ("450.000 ₫ mỗi tháng, mọi lớp", "450,000 ₫ a month, every class"),
        (
            "Phòng tập và mọi lớp trong lịch, từ 5 giờ sáng đến 9 giờ tối. Có hiệu lực ngay khi đặt mua.",
            "The gym and every class on the schedule, 5 a.m. to 9 p.m. Starts the moment you order.",
        ),
        ((_FOR, ("Một người, 12 tháng", "One person, 12 months")),),
        delivered=False,
    ),
    Product(
        "Y-MAT", "mat", "yoga",
        ("Thảm yoga Sương 5 mm", "Mist yoga mat 5 mm"), 690_000,
        ("Bám cả khi tay ướt", "Grips when palms are wet"),
        (
            "Cao su tự nhiên phủ PU, không mùi, có vạch canh tay chân. Kèm dây đeo.",
            "Natural rubber under PU, no smell, with alignment lines. Comes with a strap.",
        ),
        ((_SIZE, ("183 × 68 cm, dày 5 mm", "183 × 68 cm, 5 mm")), (_WEIGHT, ("2,2 kg", "2.2 kg"))),
    ),
    Product(
        "Y-BLOCKS", "blocks", "yoga",
        ("Cặp gạch yoga gỗ bần", "Cork blocks, pair"), 380_000,
        ("Chắc, ấm tay", "Firm, warm to hold"),
        (
            "Bần ép Bồ Đào Nha, bo cạnh. Kéo sàn nhà lại gần bạn hơn một gang tay.",
            "Pressed Portuguese cork with soft edges. They bring the floor a hand closer.",
        ),
        ((_SIZE, ("23 × 15 × 7,5 cm", "23 × 15 × 7.5 cm")),),
    ),
    Product(
        "Y-BOLSTER", "bolster", "yoga",
        ("Gối ôm yoga kiều mạch", "Buckwheat bolster"), 560_000,
        ("Đỡ lưng, vỏ giặt được", "Holds the back, washable cover"),
        (
            "Ruột vỏ kiều mạch nén vừa, giữ hình khi nằm lâu. Vỏ vải thô tháo ra giặt máy.",
            "Packed buckwheat hulls keep their shape in long poses. The canvas cover goes in the machine.",
        ),
        ((_SIZE, ("60 × 20 cm", "60 × 20 cm")), (_WEIGHT, ("3 kg", "3 kg"))),
        badge="new",
    ),
    Product(
        "Y-STRAP", "strap", "yoga",
        ("Dây yoga cotton 2,4 m", "Cotton strap 2.4 m"), 150_000,
        ("Khóa vòng kim loại", "Steel D-rings"),
        (
            "Sợi cotton dệt dày, không trượt, khóa một tay.",
            "Thick woven cotton that does not slip, fastened with one hand.",
        ),
        ((_SIZE, ("240 × 3,8 cm", "240 × 3.8 cm")),),
    ),
    Product(
        "Y-CUSHION", "cushion", "yoga",
        ("Gối thiền tròn", "Round meditation cushion"), 480_000,
        ("Cao 14 cm, vỏ cotton", "14 cm high, cotton"),
        (
            "Nâng hông vừa đủ để lưng tự thẳng. Khóa kéo để thêm bớt ruột.",
            "Lifts the hips just enough for the back to straighten. A zip to fill it more or less.",
        ),
        ((_SIZE, ("35 × 14 cm", "35 × 14 cm")),),
    ),
    Product(
        "Y-BOTTLE", "bottle", "yoga",
        ("Bình giữ nhiệt Hừng Đông 750 ml", "Sunrise flask 750 ml"), 390_000,
        ("Lạnh 24 giờ", "Cold for 24 hours"),
        (
            "Thép hai lớp, nắp vặn một vòng, vừa ngăn túi golf và kệ phòng tập.",
            "Double-walled steel, a one-turn lid, fits the golf bag and the gym shelf.",
        ),
        ((_MADE_OF, ("Thép không gỉ 304", "304 stainless steel")), (_WEIGHT, ("340 g", "340 g"))),
    ),
    Product(
        "W-GOLFSHOE", "golf-shoe", "wear",
        ("Giày golf Cỏ Ướt", "Wet Grass golf shoes"), 2_490_000,
        ("Chống nước, đế không đinh", "Waterproof, spikeless"),
        (
            "Đi từ bãi xe ra hố 18 không phải thay. Da microfiber lau là sạch.",
            "From the car park to the 18th without changing. Microfibre that wipes clean.",
        ),
        ((_MADE_OF, ("Microfiber, đế TPU", "Microfibre, TPU sole")), (_WEIGHT, ("370 g / chiếc", "370 g each"))),
        options=_SHOES,
    ),
    Product(
        "W-TRAINER", "trainer", "wear",
        ("Giày tập Sàn Gỗ", "Wood Floor trainers"), 1_890_000,
        ("Đế phẳng, gót chắc", "Flat sole, firm heel"),
        (
            "Vững khi nâng tạ, mềm khi nhảy dây. Thân lưới thoáng.",
            "Steady under weights, soft enough to skip in. A breathing mesh upper.",
        ),
        ((_MADE_OF, ("Lưới dệt, đế EVA", "Woven mesh, EVA sole")), (_WEIGHT, ("290 g / chiếc", "290 g each"))),
        options=_SHOES, was=2_190_000,
    ),
    Product(
        "W-POLO", "polo", "wear",
        ("Áo polo Lá Non", "New Leaf polo"), 650_000,
        ("Co giãn, khô nhanh", "Stretches, dries fast"),
        (
            "Vải pique mỏng chống tia UV, tay rộng cho cú swing. Nam nữ mặc chung cỡ.",
            "Thin UV-proof piqué with room in the sleeve for a swing. Unisex sizes.",
        ),
        ((_MADE_OF, ("Polyester tái chế, spandex", "Recycled polyester, spandex")),),
        options=_SIZES,
    ),
    Product(
        "W-CAP", "cap", "wear",
        ("Mũ lưỡi trai Cờ Golf", "Pin Flag cap"), 320_000,
        ("Thấm mồ hôi, gập được", "Sweatband, packs flat"),
        (
            "Lưỡi trai mềm gập bỏ túi mà không gãy, khóa chỉnh phía sau.",
            "A soft peak that packs without a crease, adjustable at the back.",
        ),
        ((_MADE_OF, ("Cotton chải", "Brushed cotton")),),
    ),
    Product(
        "W-LEGGINGS", "leggings", "wear",
        ("Quần tập cạp cao", "High-rise leggings"), 590_000,
        ("Không xuyên thấu, có túi", "Squat-proof, with a pocket"),
        (
            "Vải dệt kép đứng dáng, túi hông vừa điện thoại.",
            "Double-knit that keeps its shape, a side pocket for a phone.",
        ),
        ((_MADE_OF, ("Nylon, spandex", "Nylon, spandex")),),
        options=_SIZES,
    ),
    Product(
        "W-JACKET", "jacket", "wear",
        ("Áo khoác gió Sớm Mai", "Morning windbreaker"), 1_150_000,
        ("Chống mưa nhẹ, gấp gọn", "Light rain, packs small"),
        (
            "Cho buổi sáng có sương: cản gió, thoát mồ hôi sau lưng, gấp vào túi của chính nó.",
            "For misty mornings: stops wind, vents at the back, folds into its own pocket.",
        ),
        ((_MADE_OF, ("Nylon ripstop", "Ripstop nylon")), (_WEIGHT, ("210 g", "210 g"))),
        options=_SIZES, badge="new",
    ),
)  # fmt: skip

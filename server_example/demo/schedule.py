"""The gym's week: its classes, who teaches them and when."""

from __future__ import annotations

from dataclasses import dataclass

from server_example.demo.shelf import Words


@dataclass(frozen=True, slots=True)
class Trainer:
    key: str
    name: str
    craft: Words
    line: Words

    @property
    def picture(self) -> str:
        return f"img/trainers/{self.key}.svg"


@dataclass(frozen=True, slots=True)
class GymClass:
    at: str  # "06:00", local time
    minutes: int
    name: Words
    trainer: str
    tone: str  # the colour of its card: yoga, strength, cardio, golf


TRAINERS = {
    trainer.key: trainer
    for trainer in (
        Trainer(
            "linh",
            "Phạm Thùy Linh",
            ("Yoga & hơi thở", "Yoga & breathing"),
            ("Mười năm đứng lớp, nhớ tên từng người.", "Ten years of teaching; knows every name."),
        ),
        Trainer(
            "duc",
            "Võ Minh Đức",
            ("Sức mạnh", "Strength"),
            ("Dạy đẩy tạ đúng trước khi đẩy tạ nặng.", "Teaches lifting right before lifting heavy."),
        ),
        Trainer(
            "mai",
            "Đặng Hoàng Mai",
            ("Cardio & nhảy dây", "Cardio & rope"),
            ("Lớp 45 phút, cười đủ 45 phút.", "45 minutes of class, 45 of laughing."),
        ),
        Trainer(
            "tuan",
            "Bùi Anh Tuấn",
            ("Thể lực golf", "Golf fitness"),
            ("Từng đánh giải nghiệp dư quốc gia.", "Played the national amateur tour."),
        ),
    )
}

_SUNRISE_YOGA = ("Yoga đón nắng", "Sunrise yoga")
_SLOW_YOGA = ("Yoga phục hồi", "Slow yoga")
_STRENGTH = ("Tạ căn bản", "Strength basics")
_BARBELL = ("Tạ đòn", "Barbell club")
_ROPE = ("Nhảy dây & core", "Rope & core")
_CIRCUIT = ("Vòng 45", "Circuit 45")
_GOLF = ("Xoay hông cho golf", "Hips for golf")


def _yoga(at: str, name: Words = _SUNRISE_YOGA) -> GymClass:
    return GymClass(at, 60, name, "linh", "yoga")


def _strength(at: str, name: Words = _STRENGTH) -> GymClass:
    return GymClass(at, 60, name, "duc", "strength")


def _cardio(at: str, name: Words = _ROPE) -> GymClass:
    return GymClass(at, 45, name, "mai", "cardio")


def _golf(at: str) -> GymClass:
    return GymClass(at, 60, _GOLF, "tuan", "golf")


# Monday to Sunday. The same four hours each day, so that a row of the timetable is one hour of the day.
WEEK: tuple[tuple[GymClass, ...], ...] = (
    (_yoga("05:30"), _strength("07:00"), _cardio("17:30"), _yoga("19:00", _SLOW_YOGA)),
    (_strength("05:30"), _golf("07:00"), _yoga("17:30"), _strength("19:00", _BARBELL)),
    (_yoga("05:30"), _cardio("07:00", _CIRCUIT), _strength("17:30"), _cardio("19:00")),
    (_strength("05:30"), _golf("07:00"), _yoga("17:30"), _strength("19:00", _BARBELL)),
    (_yoga("05:30"), _strength("07:00"), _cardio("17:30", _CIRCUIT), _yoga("19:00", _SLOW_YOGA)),
    (_golf("05:30"), _yoga("07:00"), _strength("17:30", _BARBELL), _cardio("19:00")),
    (_yoga("05:30", _SLOW_YOGA), _golf("07:00"), _cardio("17:30", _CIRCUIT), _yoga("19:00", _SLOW_YOGA)),
)

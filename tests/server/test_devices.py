from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from omnisdk.engine.result import Device
from server_example.services import devices

ANDROID = "Mozilla/5.0 (Linux; Android "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS "
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "

# Agents as their makers send them: kind, system, browser.
PEOPLE = {
    f"{ANDROID}10; Active 3 Build/QP1A.190711.020;) {WEBKIT} Version/4.0 Chrome/99.0.4844.58 Mobile Safari/537.36 "
    "Zalo android/12100609 ZaloTheme/light ZaloLanguage/vi": ("phone", "Android", "Zalo"),
    f"{IPHONE}15_5 like Mac OS X) {APPLE} Mobile/15E148 Zalo iOS/470 ZaloTheme/light ZaloLanguage/vn": (
        "phone", "iOS", "Zalo",
    ),
    f"{WINDOWS}ZaloPC/24.8.2 Chrome/118.0.5993.159 Electron/27.3.11 Safari/537.36": ("desktop", "Windows", "Zalo"),
    f"{WINDOWS}coc_coc_browser/94.0.202 Chrome/88.0.4324.202 Safari/537.36": ("desktop", "Windows", "Coc Coc"),
    f"{ANDROID}13; SM-G991B) {WEBKIT} coc_coc_browser/109.0.0.0 Chrome/123.0.0.0 Mobile Safari/537.36": (
        "phone", "Android", "Coc Coc",
    ),
    f"{IPHONE}17_0 like Mac OS X) {APPLE} Mobile/15E148 musical_ly_32.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store "
    "ByteLocale/vi Region/VN BytedanceWebview/d8a21c6": ("phone", "iOS", "TikTok"),
    f"{ANDROID}14; SM-A556E Build/UP1A.231005.007; wv) {WEBKIT} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 "
    "trill_350203 JsSdk/1.0 AppName/trill app_version/35.2.3 ByteLocale/vi-VN BytedanceWebview/d8a21c6": (
        "phone", "Android", "TikTok",
    ),
    f"{IPHONE}17_4_1 like Mac OS X) {APPLE} Mobile/15E148 [FBAN/FBIOS;FBAV/460.0.0.30.109;FBBV/587353525;"
    "FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.4.1;FBSS/3;FBID/phone;FBLC/vi_VN;FBOP/5]": ("phone", "iOS", "Facebook"),
    f"{ANDROID}13; SM-A536E Build/TP1A.220624.014; wv) {WEBKIT} Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36 "
    "[FB_IAB/FB4A;FBAV/461.0.0.45.109;]": ("phone", "Android", "Facebook"),
    f"{IPHONE}16_6 like Mac OS X) {APPLE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/430.0.0.27.108;FBLC/th_TH;FBOP/5]": (
        "phone", "iOS", "Messenger",
    ),
    f"{IPHONE}17_3 like Mac OS X) {APPLE} Mobile/21D50 Instagram 316.0.4.21.109 (iPhone13,2; iOS 17_3; vi_VN; vi)": (
        "phone", "iOS", "Instagram",
    ),
    f"{IPHONE}17_5 like Mac OS X) {APPLE} Mobile/15E148 Safari Line/14.10.0": ("phone", "iOS", "LINE"),
    f"{ANDROID}13; CPH2473 Build/TP1A.220905.001; wv) {WEBKIT} Version/4.0 Chrome/122.0.6261.119 Mobile Safari/537.36 "
    "Line/14.3.1/IAB": ("phone", "Android", "LINE"),
    f"{ANDROID}12; M2102J20SG; wv) {WEBKIT} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 "
    "MicroMessenger/8.0.40.2420(0x28002837) WeChat/arm64": ("phone", "Android", "WeChat"),
    f"{ANDROID}11; CUBOT NOTE 20 PRO) {WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36": ("phone", "Android", "Chrome"),
    f"{ANDROID}10; K) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36": ("phone", "Android", "Chrome"),
    f"{ANDROID}14; SAMSUNG SM-S918B) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": (
        "phone", "Android", "Samsung Internet",
    ),
    f"{ANDROID}13; SM-X700) {WEBKIT} Chrome/126.0.0.0 Safari/537.36": ("tablet", "Android", "Chrome"),
    f"{IPHONE}17_5_1 like Mac OS X) {APPLE} Version/17.5 Mobile/15E148 Safari/604.1": ("phone", "iOS", "Safari"),
    f"{IPHONE}17_5 like Mac OS X) {APPLE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1": ("phone", "iOS", "Chrome"),
    f"{IPHONE}17_5 like Mac OS X) {APPLE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15": ("phone", "iOS", "Firefox"),
    f"Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) {APPLE} Version/12.1.2 Mobile/15E148 Safari/604.1": (
        "tablet", "iOS", "Safari",
    ),
    f"{MAC}{APPLE} Version/17.5 Safari/605.1.15": ("desktop", "macOS", "Safari"),  # an iPad's too, for desktop pages
    f"{MAC}{WEBKIT} Chrome/126.0.0.0 Safari/537.36": ("desktop", "macOS", "Chrome"),
    f"{WINDOWS}Chrome/126.0.0.0 Safari/537.36": ("desktop", "Windows", "Chrome"),
    f"{WINDOWS}Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0": ("desktop", "Windows", "Edge"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0": (
        "desktop", "Windows", "Firefox",
    ),
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": ("desktop", "Linux", "Firefox"),
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/126.0.0.0 Safari/537.36": (
        "desktop", "ChromeOS", "Chrome",
    ),
    # Programs that do not say they are crawlers: a shop's own tests and back ends.
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/126.0.6478.126 Safari/537.36": (
        "desktop", "Linux", "Chrome",
    ),
    "curl/8.5.0": ("other", "", "curl"),
    "python-requests/2.32.3": ("other", "", "Python Requests"),
    "python-httpx/0.27.0": ("other", "", ""),
}  # fmt: skip

CRAWLERS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1;line-poker/1.0",
    "facebookexternalhit/1.1;kakaotalk-scrap/1.0;",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "Mozilla/5.0 (compatible; ZaloBot/1.0; +http://zalo.me)",
    "Mozilla/5.0 (compatible; Zalo/1.0)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    f"{ANDROID}6.0.1; Nexus 5X Build/MMB29P) {WEBKIT} Chrome/126.0.6478.126 Mobile Safari/537.36 "
    "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) "
    "Chrome/116.0.1938.76 Safari/537.36",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    f"{MAC}{APPLE} Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
)


@pytest.mark.parametrize("agent", PEOPLE, ids=range(len(PEOPLE)))
def test_people_and_programs_are_told_by_kind_system_and_browser(agent: str) -> None:
    kind, system, browser = PEOPLE[agent]
    assert devices.Devices().of(agent, needed=True) == Device(kind=kind, os=system, browser=browser, bot=False)


@pytest.mark.parametrize("agent", CRAWLERS)
def test_crawlers_and_link_previews_are_told_whether_or_not_a_rule_needs_the_device(agent: str) -> None:
    reader = devices.Devices()
    for needed in (True, False):
        device = reader.of(agent, needed=needed)
        assert device is not None and device.bot


def test_without_a_rule_that_needs_it_no_agent_is_parsed() -> None:
    script = (
        "import sys; from server_example.services.devices import Devices\n"
        "assert Devices().of('Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0.0.0 Mobile', needed=False) is None\n"
        "assert Devices().of('Googlebot/2.1', needed=False).bot\n"
        "assert 'user_agents' not in sys.modules and 'ua_parser' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_no_agent_is_a_device_of_no_kind() -> None:
    assert devices.Devices().of(None, needed=True) == Device()
    assert devices.Devices().of("", needed=False) is None


def test_answers_are_kept_and_the_longest_unused_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def read(agent: str) -> Device:
        parsed.append(agent)
        return Device(browser=agent)

    monkeypatch.setattr(devices, "read", read)
    reader = devices.Devices(keep=2)
    for agent in ("a", "b", "a", "c", "a", "b"):
        assert reader.of(agent, needed=True) == Device(browser=agent)
    assert parsed == ["a", "b", "c", "b"]


def test_many_threads_read_agents_at_once() -> None:
    reader = devices.Devices(keep=3)
    wrong: list[object] = []

    def ask() -> None:
        for agent, (kind, _, browser) in list(PEOPLE.items())[:6]:
            device = reader.of(agent, needed=True)
            if device is None or (device.kind, device.browser) != (kind, browser):
                wrong.append(device)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_hostile_agent_costs_little() -> None:
    device = devices.Devices().of("Mozilla/5.0 (" + "compatible; " * 100_000, needed=True)
    assert device is not None and not device.bot

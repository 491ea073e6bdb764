"""The places the rules know: districts of Beijing and Tianjin (GB/T 2260), and whose local law reaches them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.utils.translation import get_language

BEIJING: Final = "beijing"
JIZHOU: Final = "jizhou"
TIANJIN: Final = "tianjin"
"""Tianjin without Jizhou: what national law gives, no local document was read."""
EVERYWHERE: Final = (BEIJING, JIZHOU, TIANJIN)

NAMES: Final = MappingProxyType(
    {
        "110000": "北京市",
        "110101": "北京市东城区",
        "110102": "北京市西城区",
        "110105": "北京市朝阳区",
        "110106": "北京市丰台区",
        "110107": "北京市石景山区",
        "110108": "北京市海淀区",
        "110109": "北京市门头沟区",
        "110111": "北京市房山区",
        "110112": "北京市通州区",
        "110113": "北京市顺义区",
        "110114": "北京市昌平区",
        "110115": "北京市大兴区",
        "110116": "北京市怀柔区",
        "110117": "北京市平谷区",
        "110118": "北京市密云区",
        "110119": "北京市延庆区",
        "120000": "天津市",
        "120101": "天津市和平区",
        "120102": "天津市河东区",
        "120103": "天津市河西区",
        "120104": "天津市南开区",
        "120105": "天津市河北区",
        "120106": "天津市红桥区",
        "120110": "天津市东丽区",
        "120111": "天津市西青区",
        "120112": "天津市津南区",
        "120113": "天津市北辰区",
        "120114": "天津市武清区",
        "120115": "天津市宝坻区",
        "120116": "天津市滨海新区",
        "120117": "天津市宁河区",
        "120118": "天津市静海区",
        "120119": "天津市蓟州区",
    }
)
ENGLISH: Final = MappingProxyType(
    {
        "110000": "Beijing",
        "110101": "Dongcheng District",
        "110102": "Xicheng District",
        "110105": "Chaoyang District",
        "110106": "Fengtai District",
        "110107": "Shijingshan District",
        "110108": "Haidian District",
        "110109": "Mentougou District",
        "110111": "Fangshan District",
        "110112": "Tongzhou District",
        "110113": "Shunyi District",
        "110114": "Changping District",
        "110115": "Daxing District",
        "110116": "Huairou District",
        "110117": "Pinggu District",
        "110118": "Miyun District",
        "110119": "Yanqing District",
        "120000": "Tianjin",
        "120101": "Heping District",
        "120102": "Hedong District",
        "120103": "Hexi District",
        "120104": "Nankai District",
        "120105": "Hebei District",
        "120106": "Hongqiao District",
        "120110": "Dongli District",
        "120111": "Xiqing District",
        "120112": "Jinnan District",
        "120113": "Beichen District",
        "120114": "Wuqing District",
        "120115": "Baodi District",
        "120116": "Binhai New Area",
        "120117": "Ninghe District",
        "120118": "Jinghai District",
        "120119": "Jizhou District",
    }
)
"""The same in English, each without the city it is in, as roles/data/jurisdictions.yaml has them."""


def told(code: str) -> str:
    """The place `code` by its full name in the language of the reader: 北京市密云区, Miyun District, Beijing."""
    if get_language() != "en":
        return NAMES[code]
    city = f"{code[:2]}0000"
    return ENGLISH[code] if code == city else f"{ENGLISH[code]}, {ENGLISH[city]}"


def place_of(code: str) -> str:
    """Whose local law applies to the district `code`."""
    if code.startswith("11"):
        return BEIJING
    return JIZHOU if code == "120119" else TIANJIN


# Full names, as the agencies sign. The source documents use the short ones (市园林绿化局, 区林业局, 区政务服务办).
STATE_FORESTRY: Final = "国家林业和草原局"
BEIJING_FORESTRY: Final = "北京市园林绿化局"
BEIJING_AGRICULTURE: Final = "北京市农业农村局"
TIANJIN_FORESTRY: Final = "天津市规划和自然资源局"
JIZHOU_FORESTRY: Final = "天津市蓟州区林业局"
JIZHOU_SERVICES: Final = "天津市蓟州区政务服务办公室"
BINHAI: Final = "120116"
BINHAI_SERVICES: Final = "天津市滨海新区政务服务办公室"


def municipal_forestry(place: str) -> str:
    """The provincial-level forestry authority of the place (in Beijing and Tianjin the municipal one)."""
    return BEIJING_FORESTRY if place == BEIJING else TIANJIN_FORESTRY

"""Names of many cultures, so that no screen is only tried with one kind of name."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Culture:
    """Given and family names that go together; `one/other` are forms for men and women."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class FullName:
    """The name of one person."""

    given: str
    family: str


def _culture(female: str, male: str, family: str) -> Culture:
    """Read names set apart by blanks; an underscore stands for a blank inside a name."""
    lists = (
        tuple(name.replace("_", " ") for name in names.split()) for names in (female, male, family)
    )
    return Culture(*lists)


CULTURES: tuple[Culture, ...] = (
    _culture(  # English
        "Alice Charlotte Emily Grace Hannah Imogen Joanna Lucy Megan Olivia Rachel Sarah Zoe Beth",
        "Adam Benjamin Christopher Daniel Edward George Harry Jack Liam Oliver Peter Samuel Thomas",
        "Ashworth Barnes Carter Dawson Ellison Fletcher Grant Hughes Kendall Lawson Marsh Norton "
        "Palmer Redfern Sutton Thornton Whitfield Yates",
    ),
    _culture(  # German
        "Anja Birgit Claudia Eva Franziska Greta Heike Ines Johanna Katrin Lena Marlene Silke Ute",
        "Andreas Bernd Christoph Dirk Florian Götz Hannes Jens Kai Lukas Matthias Ralf Stefan Uwe",
        "Albrecht Bergmann Dietrich Engel Fuchs Gärtner Hoffmann Jäger Köhler Lehmann Müller "
        "Neumann Pfeiffer Richter Schäfer Schröder Vogel Weiß",
    ),
    _culture(  # French
        "Amélie Brigitte Camille Delphine Élise Gaëlle Hélène Inès Juliette Manon Nathalie Océane",
        "Alain Bastien Cédric Étienne François Guillaume Hugo Julien Laurent Mathieu Noël Rémi",
        "Aubert Beaumont Chevalier Dubois Fournier Garnier Lacroix Lefèvre Marchand Moreau Noiret "
        "Perrin Renaud Rousseau Simonet Vasseur",
    ),
    _culture(  # Spanish
        "Alba Beatriz Carmen Dolores Elena Inmaculada Lucía Marta Nuria Pilar Rocío Sofía Ximena",
        "Alejandro Andrés Carlos Diego Emilio Fernando Ignacio Javier Joaquín Luis Mateo Raúl",
        "Aguilar Blanco Castillo Domínguez Fernández García_Ruiz Herrera Ibáñez Jiménez López_Vega "
        "Márquez Navarro Ortega Peña Quintero Romero Suárez Vidal",
    ),
    _culture(  # Italian
        "Alessia Bianca Chiara Donatella Elisa Federica Giulia Ilaria Lorenza Martina Paola Silvia",
        "Alberto Bruno Claudio Davide Enrico Fabio Gianluca Lorenzo Marco Nicolò Paolo Riccardo",
        "Barbieri Bianchi Colombo De_Luca Esposito Ferrara Gallo Lombardi Marchetti Moretti "
        "Pellegrini Ricci Rinaldi Santoro Testa Vitale",
    ),
    _culture(  # Polish
        "Agnieszka Barbara Dorota Elżbieta Grażyna Iwona Joanna Katarzyna Magdalena Zofia",
        "Andrzej Bartosz Dariusz Grzegorz Jakub Krzysztof Łukasz Marek Paweł Stanisław Tomasz",
        "Kowalski/Kowalska Nowak Wiśniewski/Wiśniewska Wójcik Kamiński/Kamińska "
        "Zieliński/Zielińska Szymański/Szymańska Woźniak Dąbrowski/Dąbrowska Mazur "
        "Jabłoński/Jabłońska Pawlak",
    ),
    _culture(  # Ukrainian
        "Iryna Kateryna Larysa Mariia Nadiia Oksana Olena Svitlana Tetiana Yuliia Zoriana Halyna",
        "Andrii Bohdan Dmytro Ivan Maksym Mykola Oleh Petro Serhii Taras Vasyl Yaroslav",
        "Bondarenko Hrytsenko Ivanchuk Kovalenko Kravets Lysenko Melnyk Petrenko Savchenko "
        "Shevchuk Tkachenko Zakharchuk Dovzhenko Rudenko",
    ),
    _culture(  # Swedish
        "Agneta Birgitta Ebba Elin Frida Ingrid Karin Linnéa Maja Pernilla Sigrid Ulrika Åsa",
        "Anders Björn Erik Fredrik Göran Henrik Johan Lars Magnus Nils Olof Per Sven Åke",
        "Andersson Bergström Dahlgren Ekström Forsberg Hedlund Holm Lindqvist Lundin Nyström "
        "Sandberg Sjöberg Wallin Åberg Öhman",
    ),
    _culture(  # Turkish
        "Aslı Ayşe Burcu Çiğdem Defne Elif Fatma Gülşen İpek Leyla Nazlı Özlem Şebnem Zeynep",
        "Ahmet Barış Cem Deniz Emre Hakan İsmail Kemal Mehmet Oğuz Ömer Serkan Tolga Yusuf",
        "Acar Aydın Bozkurt Çelik Demir Doğan Güneş Kılıç Koç Özdemir Şahin Tekin Yıldız",
    ),
    _culture(  # Arabic
        "Aisha Amal Dalia Fatima Hanan Layla Mariam Nadia Noura Rania Salma Samira Yasmin Zaynab",
        "Ahmad Bilal Faisal Hassan Ibrahim Jamal Karim Mahmoud Nabil Omar Rashid Tariq Youssef",
        "Abdallah Al-Farsi Al-Masri Aziz Bakri Darwish El-Sayed Haddad Hamdan Khalil Mansour "
        "Nasser Qasim Rahmani Saleh Shaheen Zidan",
    ),
    _culture(  # Nigerian
        "Adaeze Amara Bolanle Chidinma Ebele Folake Ifeoma Kemi Ngozi Nkechi Temitope Yewande",
        "Adebayo Babatunde Chidi Chukwuemeka Emeka Femi Ikenna Kunle Nnamdi Obinna Segun Tunde",
        "Abiola Adeyemi Afolabi Balogun Chukwu Ezeani Ibekwe Nwosu Obi Ogunleye Okafor Okonkwo "
        "Oladipo Olawale Onwudiwe Uzoma",
    ),
    _culture(  # East African
        "Achieng Akinyi Atieno Faith Hadiya Imani Makena Mwende Nafula Njeri Wambui Wanjiru Zawadi",
        "Baraka Hamisi Juma Kamau Kiprono Maina Mutua Mwangi Ochieng Odhiambo Omondi Otieno Wekesa",
        "Abdi Chebet Gathoni Kariuki Kimani Kiptoo Langat Muthoni Mwakio Ndungu Njoroge Nyambura "
        "Ouma Waweru",
    ),
    _culture(  # North Indian
        "Aditi Ananya Deepika Gauri Ishita Kavita Meera Neha Pooja Priya Rukmini Sunita Vidya",
        "Aarav Ajay Amit Arjun Deepak Gaurav Harish Karan Manish Nikhil Rajesh Rohan Sanjay Vikram",
        "Agarwal Bhatia Chatterjee Deshmukh Gupta Iyer Joshi Kapoor Malhotra Mehta Mukherjee Nair "
        "Patel Rao Saxena Sharma Singh Verma",
    ),
    _culture(  # Chinese
        "Aiping Chunhua Fang Hui Jiayi Lan Lihua Mei Ning Qing Shuang Xiaoling Yan Yuting",
        "Bo Chao Dawei Feng Guang Haoran Jian Jun Lei Ming Peng Qiang Tao Weiming Xiang Yong Zhen",
        "Cai Chen Deng Fan Gao Guo He Huang Jiang Li Liang Lin Liu Lu Ma Peng Shen Song Sun Tang "
        "Wang Wu Xie Xu Yang Zhang Zhao Zhou Zhu",
    ),
    _culture(  # Japanese
        "Akiko Emi Haruka Hiromi Kaori Keiko Mayumi Miho Naoko Rina Sachiko Satomi Yoko Yumi",
        "Akira Daisuke Haruto Hiroshi Ichiro Kazuo Kenji Makoto Naoki Ryota Shinji Takashi Yuki",
        "Abe Endo Fujita Hayashi Inoue Ishikawa Kato Kobayashi Matsuda Mori Nakamura Ogawa Saito "
        "Shimizu Suzuki Takahashi Tanaka Watanabe Yamada",
    ),
    _culture(  # Korean
        "Eun-ji Ha-yoon Hye-jin Ji-woo Ji-young Min-ji Min-seo Na-ri Seo-yeon So-ra Soo-jin Yu-na",
        "Dong-hyun Hyun-woo Jae-sung Jin-ho Joon-ho Ki-tae Min-jun Sang-woo Seung-ho Tae-yang",
        "Ahn Bae Cho Choi Hwang Jang Jeong Jung Kang Kim Kwon Lee Lim Moon Oh Park Seo Shin Yoon",
    ),
    _culture(  # Vietnamese
        "Anh Bích Diệu Hạnh Hoa Hương Lan Linh Mai Ngọc Phương Quỳnh Thảo Thu Trang Vân",
        "Bảo Cường Dũng Đức Hải Hiếu Hùng Khánh Long Minh Nam Phúc Quân Sơn Thành Tuấn Việt",
        "Bùi Đặng Đinh Đỗ Dương Hoàng Hồ Lê Lý Ngô Nguyễn Phạm Phan Trần Trịnh Võ Vũ",
    ),
    _culture(  # Brazilian
        "Adriana Bruna Camila Débora Fernanda Gabriela Helena Juliana Larissa Renata Tainá",
        "André Bruno Caio Eduardo Felipe Gustavo Henrique João Leandro Márcio Otávio Rafael Thiago",
        "Almeida Araújo Barbosa Cardoso Carvalho da_Silva dos_Santos Ferreira Gonçalves Macedo "
        "Nascimento Oliveira Pereira Ribeiro Teixeira",
    ),
)


class Christener:
    """Gives names at random, each full name once."""

    def __init__(self, random: Random, taken: set[FullName]) -> None:
        self._random = random
        self._taken = taken

    def name(self, *, is_woman: bool) -> FullName:
        """Return a name that nobody has; given and family name are of one culture."""
        for _ in range(50):
            culture = self._random.choice(CULTURES)
            name = _one_of(culture, self._random, is_woman=is_woman)
            if name not in self._taken:
                self._taken.add(name)
                return name
        return self._double_name(is_woman=is_woman)

    def _double_name(self, *, is_woman: bool) -> FullName:
        """Return a name with two family names, for when most single ones are gone."""
        while True:
            culture = self._random.choice(CULTURES)
            first = _one_of(culture, self._random, is_woman=is_woman)
            second = _one_of(culture, self._random, is_woman=is_woman)
            name = FullName(first.given, f"{first.family}-{second.family}")
            if first.family != second.family and name not in self._taken:
                self._taken.add(name)
                return name


def _one_of(culture: Culture, random: Random, *, is_woman: bool) -> FullName:
    """Return any name of a culture."""
    given = random.choice(culture.female if is_woman else culture.male)
    for_men, _, for_women = random.choice(culture.family).partition("/")
    return FullName(given, for_women if is_woman and for_women else for_men)

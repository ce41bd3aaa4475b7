"""What pages in German, French, Spanish, Italian, Portuguese and Dutch carry beside their reports."""

from __future__ import annotations

from index.furniture.rule import rule

_NEWSLETTER = r"newsletter|rundbrief|infolettre|boletín|bulletin"
LANGUAGES = (
    rule(
        "advertisement",
        "anzeige|werbung|publicit|pubblicit|publicid|advertentie|reclame",
        r"\W*(?:anzeige|werbung|publicité|pubblicità|publicidade?|publicidad|advertentie|reclame)"
        r"(?:\W*|\s*[-–:|].{0,80})",
        longest=120,
        whole=True,
    ),
    rule(
        "photo credit",
        "foto|bild|photo|crédit|credit|imagen|immagine|quelle|©",
        r"\W*(?:fotos?|bild(?:er|quelle|nachweis)?|crédits?(?: photos?)?|photos?|créditos?|imagen(?:es)?|immagini?"
        r"|quelle|titelbild|beitragsbild)\s?[:©]\s?[^.!?]{2,100}|©\s?[^.!?]{2,80}",
        longest=120,
        whole=True,
    ),
    rule(
        "newsletter",
        _NEWSLETTER,
        rf"\b(?:abonnieren sie|jetzt (?:abonnieren|anmelden)|melden sie sich|inscrivez-vous|abonnez-vous|recevez"
        rf"|suscríbete|recibe|iscriviti|ricevi|inscreva-se|receba|schrijf je in|meld je aan)\b.{{0,120}}"
        rf"(?:{_NEWSLETTER})"
        rf"|(?:{_NEWSLETTER}).{{0,120}}\b(?:abonnieren|anmelden|inscrivez-vous|abonnez-vous|suscríbete|iscriviti"
        rf"|inscreva-se|aanmelden)\b",
        longest=300,
    ),
    rule(
        "offer",
        "werden sie|jetzt mitglied|exklusive|testen sie|jetzt abo|abonnez|profitez",
        r"\A\W*(?:werden sie (?:jetzt )?(?:mitglied|abonnent)|jetzt mitglied werden|testen sie|jetzt (?:abo|abonnieren)"
        r"|abonnez-vous|profitez)\b.{0,200}",
        longest=250,
    ),
    rule(
        "appeal",
        "journalis|periodismo|giornalismo|jornalismo",
        r"\A\W*(?:unterstützen sie (?:unabhängigen|unseren|den) (?:\w+ )?journalismus"
        r"|steun (?:\w+ ){0,2}journalistiek"
        r"|soutenez (?:\w+ ){0,2}journalisme|(?:apoya|apoye) (?:\w+ ){0,2}periodismo"
        r"|sostieni (?:\w+ ){0,2}giornalismo|apoie (?:\w+ ){0,2}jornalismo)\b.{0,200}",
        longest=250,
        whole=True,
    ),
    rule(
        "related link",
        "auch|mehr zum|interess|lire|leer|leggi|leia|lees|weitere",
        r"\W*(?:lesen sie (?:auch|hier|mehr|dazu)|mehr zum thema|das könnte sie auch interessieren|auch interessant"
        r"|(?:à )?lire aussi|sur le même sujet|leer también|te puede interesar|lea también|leggi anche"
        r"|potrebbe interessarti|leia (?:também|mais)|lees (?:ook|meer)"
        r"|weitere (?:infos?|informationen) (?:unter|finden sie|gibt es))\b.{0,200}",
        longest=250,
        whole=True,
    ),
    rule(
        "share bar",
        "teilen|partag|compart|condivid|deel",
        r"\W*(?:teilen|artikel teilen|beitrag teilen|partager(?: l['’]article| cet article| sur .{1,20})?|compartir"
        r"|compartilhar|condividi|deel dit(?: artikel)?)\W*",
        longest=60,
        whole=True,
    ),
    rule(
        "cookies",
        "cookie",
        r"\A\W*(?:wir (?:verwenden|nutzen|benutzen)|diese (?:web)?seite (?:verwendet|nutzt)|nous utilisons"
        r"|ce site utilise"
        r"|utilizamos|este sitio (?:web )?(?:utiliza|usa)|questo sito (?:utilizza|usa)|este site (?:utiliza|usa)"
        r"|wij gebruiken|deze (?:web)?site gebruikt)\b[^.]{0,80}\bcookies?\b",
        longest=600,
    ),
    rule(
        "comment form",
        "kommentar|e-mail|e-mail-adresse|commentaire|comentario|commento",
        r"\A\W*(?:\d{0,5} ?kommentare?(?: (?:schreiben|hinterlassen|anzeigen|verfassen))?\W*\Z"
        r"|schreibe? einen kommentar"
        r"|(?:ihre|deine) e-mail-adresse wird nicht veröffentlicht|laisser un commentaire"
        r"|votre adresse e-mail ne sera pas publiée|deja (?:un comentario|una respuesta)"
        r"|tu dirección de correo electrónico no será publicada|lascia un commento|il tuo indirizzo email non sarà)",
        longest=200,
    ),
    rule(
        "page data",
        "lesezeit|lesedauer|stand:|veröffentlicht|aktualisiert|temps de lecture|publié|mis à jour|publicado|lectura",
        r"\W*(?:lese(?:zeit|dauer)\b.{0,40}|stand: .{0,40}|(?:zuletzt )?(?:veröffentlicht"
        r"|aktualisiert)(?: am)?:? .{0,60}"
        r"|temps de lecture.{0,40}|(?:publié|mis à jour) le .{0,60}|publicado (?:el|en|em) .{0,60}"
        r"|tiempo de lectura.{0,40})",
        longest=120,
        whole=True,
    ),
    rule(
        "page data",
        "kategorie|schlagw|stichw|tags:|catégorie|categor|etiquetas|mots-clés|themen:",
        r"\W*(?:kategorien?|schlagw(?:orte|örter|ort)|stichworte?|tags|catégories?|mots-clés|categorías?"
        r"|etiquetas|categorie"
        r"|themen): .{0,150}",
        longest=180,
        whole=True,
    ),
    rule(
        "navigation",
        "übersicht|nach oben|weiterlesen|zurück|startseite|drucken|retour|volver|lire la suite|leer más"
        r"|continua a leggere",
        r"\W*(?:zurück(?: zur (?:übersicht|startseite))?|zur übersicht|nach oben|(?:jetzt )?weiterlesen|mehr lesen"
        r"|(?:artikel |seite )?drucken|retour(?: à l['’]accueil)?|volver(?: arriba)?|lire la suite|leer más"
        r"|continua a leggere)\W*",
        longest=60,
        whole=True,
    ),
    rule(
        "rights notice",
        "rechte vorbehalten|droits réservés|derechos reservados|diritti riservati|direitos reservados",
        r"\b(?:alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|tutti i diritti riservati"
        r"|todos os direitos reservados)\b",
        longest=200,
    ),
)

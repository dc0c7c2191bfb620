"""What people and machines say when they answer the phone, in several languages."""

from __future__ import annotations

# What the detector's defaults were chosen on, and what they are judged on. No language is in both.
TUNING = ("en-us", "de", "ru")
HELD_OUT = ("en-gb", "fr", "es", "it", "pl", "pt", "nl", "sv", "uk")

HUMAN: dict[str, tuple[str, ...]] = {
    "en-us": ("Hello?", "Hello, who is this?", "Yes?", "Smith speaking.", "Miller Clinic, good morning.", "Good afternoon, this is Anna."),
    "de": ("Hallo?", "Ja, bitte?", "Müller.", "Schneider, guten Tag.", "Klinik Müller, guten Morgen.", "Ja hallo, wer ist da?"),
    "ru": ("Алло?", "Да, слушаю.", "Да?", "Слушаю вас.", "Клиника Мюллер, доброе утро.", "Алло, здравствуйте, кто это?"),
    "en-gb": ("Hello?", "Good morning.", "Hello, Jones residence.", "Yes, speaking?", "Parker and Sons, good morning.", "Hi, it is Tom."),
    "fr": ("Allô ?", "Oui, allô ?", "Oui ?", "Dupont à l'appareil.", "Cabinet Martin, bonjour.", "Bonjour, qui est-ce ?"),
    "es": ("¿Diga?", "¿Sí?", "Hola, ¿quién es?", "Sí, dígame.", "Clínica García, buenos días.", "Bueno, ¿con quién hablo?"),
    "it": ("Pronto?", "Sì, pronto?", "Sì?", "Pronto, chi parla?", "Studio Rossi, buongiorno.", "Casa Bianchi, buonasera."),
    "pl": ("Halo?", "Słucham?", "Tak, słucham.", "Kowalski, słucham.", "Klinika Nowak, dzień dobry.", "Dzień dobry, kto mówi?"),
    "pt": ("Alô?", "Sim?", "Estou, quem fala?", "Pronto, diga.", "Clínica Silva, bom dia.", "Boa tarde, é a Maria."),
    "nl": ("Hallo?", "Ja, hallo?", "Met Jan de Vries.", "Goedemorgen.", "Praktijk Jansen, goedemorgen.", "Ja, met wie spreek ik?"),
    "sv": ("Hallå?", "Ja, hallå?", "Andersson.", "Ja, det är Anna.", "Kliniken Berg, god morgon.", "Hej, vem är det?"),
    "uk": ("Алло?", "Так, слухаю.", "Так?", "Слухаю вас.", "Клініка Шевченко, доброго ранку.", "Алло, хто це?"),
}

# Each a tuple of sentences; the corpus puts pauses between them.
MACHINE: dict[str, tuple[tuple[str, ...], ...]] = {
    "en-us": (
        ("Hello, you have reached the voice mailbox of John Smith.", "I can't take your call right now.", "Please leave a message."),
        ("The person you are calling is not available.", "At the tone, please record your message.", "When you have finished, hang up."),
        ("Hi, this is Kate.", "Sorry I missed you.", "Leave your name and number and I will call you back as soon as I can. Thanks."),
        ("Your call has been forwarded to an automatic voice message system.",),
    ),
    "de": (
        (
            "Guten Tag, hier ist der Anschluss von Familie Schneider.",
            "Wir sind zurzeit nicht zu Hause.",
            "Bitte sprechen Sie jetzt.",
        ),
        ("Der gewünschte Gesprächspartner ist zurzeit nicht erreichbar.", "Sie können nach dem Signalton eine Nachricht hinterlassen."),
        ("Hallo, leider bin ich gerade nicht da.", "Hinterlass mir doch eine Nachricht, ich rufe zurück."),
    ),
    "ru": (
        ("Здравствуйте, вы позвонили Ивану Петрову.", "Сейчас я не могу ответить.", "Оставьте, пожалуйста, сообщение после сигнала."),
        ("Абонент временно недоступен.", "Вы можете оставить голосовое сообщение после звукового сигнала."),
        ("Вас приветствует автоответчик компании Ромашка.", "Наш рабочий день с девяти до восемнадцати часов.", "Оставьте сообщение."),
    ),
    "en-gb": (
        ("Hello, this is the answering machine of the Jones family.", "We are out at the moment.", "Please speak after the tone."),
        (
            "Welcome to the voice mail service.",
            "The person you have called cannot take your call.",
            "Please leave a message after the beep.",
        ),
    ),
    "fr": (
        (
            "Bonjour, vous êtes bien sur la messagerie de Pierre Dupont.",
            "Je ne suis pas disponible.",
            "Laissez un message après le bip.",
        ),
        ("Votre correspondant n'est pas disponible pour le moment.", "Merci de laisser un message après le signal sonore."),
    ),
    "es": (
        ("Hola, ha llamado al contestador de María García.", "En este momento no puedo atenderle.", "Deje su mensaje después de la señal."),
        ("El número marcado no está disponible.", "Por favor, deje un mensaje en el buzón de voz después de oír la señal."),
    ),
    "it": (
        (
            "Risponde la segreteria telefonica di Mario Rossi.",
            "In questo momento non posso rispondere.",
            "Lasciate un messaggio dopo il bip.",
        ),
        ("Il cliente da lei chiamato non è al momento raggiungibile.", "Lasci un messaggio dopo il segnale acustico."),
    ),
    "pl": (
        ("Dzień dobry, tu poczta głosowa Jana Kowalskiego.", "Nie mogę teraz odebrać telefonu.", "Proszę zostawić wiadomość po sygnale."),
        ("Abonent jest czasowo niedostępny.", "Po usłyszeniu sygnału proszę nagrać wiadomość."),
    ),
    "pt": (
        ("Olá, ligou para a caixa de correio de João Silva.", "Neste momento não posso atender.", "Deixe a sua mensagem depois do sinal."),
        ("O número para o qual ligou não está disponível.", "Por favor, grave a sua mensagem após o sinal."),
    ),
    "nl": (
        ("Hallo, dit is de voicemail van Jan de Vries.", "Ik kan de telefoon nu niet opnemen.", "Spreek een bericht in na de piep."),
        ("De persoon die u belt is niet bereikbaar.", "Laat na de toon een bericht achter, dan bellen wij u terug."),
    ),
    "sv": (
        ("Hej, du har kommit till Anna Anderssons telefonsvarare.", "Jag kan inte svara just nu.", "Lämna ett meddelande efter tonen."),
        ("Personen du söker kan inte nås för tillfället.", "Var god lämna ett meddelande efter signalen."),
    ),
    "uk": (
        ("Добрий день, ви зателефонували Іванові Шевченку.", "Зараз я не можу відповісти.", "Залиште повідомлення після сигналу."),
        ("Абонент тимчасово недоступний.", "Ви можете залишити голосове повідомлення після звукового сигналу."),
    ),
}

# Two or three seconds, then the beep.
SHORT_MACHINE: dict[str, tuple[str, ...]] = {
    "en-us": ("You have reached Kate, please leave a message.", "Please leave a message after the tone."),
    "de": ("Hier ist Schneider, bitte eine Nachricht hinterlassen.", "Bitte sprechen Sie nach dem Signalton."),
    "ru": ("Это Иван, оставьте сообщение после сигнала.", "Говорите, пожалуйста, после звукового сигнала."),
    "en-gb": ("This is Tom's phone, please leave a message.", "Please record your message after the beep."),
    "fr": ("C'est Pierre, laissez un message après le bip.", "Merci de laisser un message après le signal."),
    "es": ("Soy María, deje su mensaje después de la señal.", "Por favor, deje su mensaje al oír la señal."),
    "it": ("Sono Mario, lasciate un messaggio dopo il bip.", "Si prega di lasciare un messaggio dopo il segnale."),
    "pl": ("Tu Jan, proszę zostawić wiadomość po sygnale.", "Proszę nagrać wiadomość po usłyszeniu sygnału."),
    "pt": ("É o João, deixe uma mensagem depois do sinal.", "Por favor, deixe a sua mensagem após o sinal."),
    "nl": ("Met Jan, spreek een bericht in na de piep.", "Laat alstublieft een bericht achter na de toon."),
    "sv": ("Det är Anna, lämna ett meddelande efter tonen.", "Var god lämna ett meddelande efter signalen."),
    "uk": ("Це Іван, залиште повідомлення після сигналу.", "Говоріть, будь ласка, після звукового сигналу."),
}

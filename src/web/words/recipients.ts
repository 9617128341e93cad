/** What recipients read. Plain and kind: somebody who clicked once owes us nothing more. */
export const recipientsDe = {
  'common.company': 'Ein Angebot von {company}',
  'common.other_language': 'English',
  'common.privacy': 'Datenschutz',
  'common.imprint': 'Impressum',
  'common.website': 'Zur Website',

  'answer.title': 'Ihre Antwort',
  'answer.ask_proven': 'Möchten Sie dazu Informationen?',
  'answer.ask_experimental': 'Wäre das etwas für Sie?',
  'answer.about': 'Es geht um',
  'answer.about_gone': 'Es geht um einen Hinweis aus einer unserer früheren Mails.',
  'answer.choose': 'Ihre Antwort',
  'answer.send': 'Antwort abschicken',
  'answer.sending':
    'Ihre Antwort wird gleich von selbst abgeschickt. Möchten Sie etwas anderes sagen, wählen Sie es einfach aus.',
  'answer.proven.yes': 'Ja, bitte',
  'answer.proven.call': 'Rufen Sie mich an',
  'answer.proven.no': 'Nicht für mich',
  'answer.proven.later': 'Später',
  'answer.experimental.yes': 'Erzählen Sie mehr',
  'answer.experimental.later': 'Später',
  'answer.experimental.no': 'Nein',
  'answer.experimental.call': 'Rufen Sie mich an',

  'thanks.title': 'Vielen Dank!',
  'thanks.noted': 'Notiert: „{answer}“',
  'thanks.yes': 'Wir melden uns bei Ihnen mit Informationen.',
  'thanks.call': 'Wir rufen Sie an.',
  'thanks.later': 'Alles klar, jetzt nicht. Vielleicht passt es ein anderes Mal.',
  'thanks.no': 'Alles klar. Damit kommen wir nicht noch einmal auf Sie zu.',
  'thanks.correct': 'Doch anders gemeint?',
  'thanks.close': 'Sie können dieses Fenster schließen.',

  'stop.title': 'Abmelden',
  'stop.question': 'Möchten Sie keine Neuigkeiten mehr von uns bekommen?',
  'stop.address': 'Wir schreiben dann nicht mehr an {address}.',
  'stop.effect':
    'Das gilt sofort, für alle Neuigkeiten und ohne weitere Rückfrage. Nachrichten zu Ihren Aufträgen bekommen Sie weiterhin.',
  'stop.button': 'Ja, abmelden',
  'stop.keep': 'Nichts ändern? Dann schließen Sie einfach dieses Fenster.',
  'stopped.title': 'Sie sind abgemeldet',
  'stopped.effect': 'Ab sofort bekommen Sie keine Neuigkeiten mehr von uns.',
  'stopped.already':
    'Diese Adresse bekommt schon keine Neuigkeiten mehr von uns. Sie müssen nichts weiter tun.',
  'stopped.address': 'Das gilt für {address}.',
  'stopped.undo_lead': 'War das ein Versehen?',
  'stopped.undo': 'Abmeldung zurücknehmen',
  'restored.title': 'Alles wie vorher',
  'restored.effect':
    'Ihre Abmeldung ist zurückgenommen. Sie bekommen weiterhin Neuigkeiten von uns, und mit jeder Mail die Möglichkeit, sich abzumelden.',
  'not_restored.title': 'Das geht hier nicht mehr',
  'not_restored.effect':
    'Eine Abmeldung lässt sich nur gleich danach zurücknehmen. Möchten Sie wieder Neuigkeiten bekommen, sagen Sie es uns: Ein kurzer Anruf oder eine Mail genügt.',

  'preferences.title': 'Ihre Einstellungen',
  'preferences.products': 'Diese Produkte haben wir bei Ihnen vermerkt',
  'preferences.no_products': 'Wir haben bei Ihnen kein Produkt vermerkt.',
  'preferences.why':
    'Danach richten sich unsere Mails: Sie bekommen Weiterentwicklungen zu dem, was Sie einsetzen, und ab und zu einen neuen Vorschlag, der dazu passt.',
  'preferences.wrong':
    'Stimmt etwas nicht? Ändern lässt sich die Liste auf dieser Seite nicht. Sagen Sie uns Bescheid, dann berichtigen wir sie.',
  'preferences.offers':
    'Ein Vorschlag passt nicht? Antworten Sie in der Mail mit „Nein“, dann kommen wir darauf nicht zurück.',
  'preferences.address': 'Wir schreiben an {address}.',
  'preferences.stopped': 'Wir schreiben Ihnen zurzeit keine Neuigkeiten: Diese Adresse ist abgemeldet.',
  'preferences.stop_lead': 'Gar keine Neuigkeiten mehr?',
  'preferences.stop': 'Abmelden',

  'again.title': 'Bitte einmal bestätigen',
  'again.answer': 'Ihre Antwort ist fast angekommen.',
  'again.click': 'Fast geschafft.',
  'again.unsubscribe': 'Ihr Wunsch zur Abmeldung ist fast angekommen.',
  'again.preferences': 'Ihre Angaben sind fast angekommen.',
  'again.soon': 'Das ging schneller, als wir lesen können. Bitte warten Sie noch einen Augenblick.',
  'again.why':
    'Manche Firmen lassen jede Mail von einem Programm prüfen, das alle Links darin von selbst öffnet. Wir möchten nur hören, was Sie selbst sagen, und fragen deshalb dieses eine Mal nach.',
  'again.wait':
    'Warten Sie bitte etwa drei Sekunden und drücken Sie dann den Knopf. Damit ist es erledigt, und von Ihren Angaben geht nichts verloren.',
  'again.button': 'Ja, das war ich',

  'too_many.title': 'Einen Moment bitte',
  'too_many.text':
    'Von Ihrem Anschluss kamen gerade sehr viele Aufrufe. Versuchen Sie es bitte in einer Minute noch einmal.',
  'erased.title': 'Ihre Daten sind bei uns gelöscht',
  'erased.text':
    'Wir schreiben Ihnen nicht mehr, und es gibt nichts mehr, das Sie hier ändern oder abbestellen müssten.',

  'sample.title': 'Das war eine Vorschau',
  'sample.text':
    'Dieser Link stammt aus einer Vorschau oder einer Testmail. Es wurde nichts gespeichert und nichts geändert.',
  'invalid.title': 'Dieser Link führt leider ins Leere',
  'invalid.text':
    'Vielleicht ist er beim Kopieren unvollständig geblieben. Öffnen Sie ihn bitte noch einmal direkt aus der Mail.',
  'invalid.stop':
    'Möchten Sie sich abmelden, und es gelingt hier nicht? Antworten Sie auf eine unserer Mails oder rufen Sie uns an, dann erledigen wir es für Sie.',
  'expired.title': 'Dieser Link ist abgelaufen',
  'expired.text':
    'Die Mail, aus der er stammt, liegt lange zurück. In unserer letzten Mail an Sie finden Sie einen neuen.',
  'unavailable.title': 'Gerade nicht erreichbar',
  'unavailable.text':
    'Das liegt an uns, nicht an Ihnen. Versuchen Sie es bitte in einigen Minuten noch einmal.',
  'missing.title': 'Diese Seite gibt es nicht',
  'missing.text': 'Prüfen Sie bitte die Adresse.',
  'error.title': 'Da ist etwas schiefgegangen',
  'error.text': 'Das liegt an uns, nicht an Ihnen. Versuchen Sie es bitte noch einmal.',
} as const satisfies Record<string, string>;

export const recipientsEn: Record<keyof typeof recipientsDe, string> = {
  'common.company': 'A service by {company}',
  'common.other_language': 'Deutsch',
  'common.privacy': 'Privacy',
  'common.imprint': 'Legal notice',
  'common.website': 'To the website',

  'answer.title': 'Your answer',
  'answer.ask_proven': 'Would you like to know more?',
  'answer.ask_experimental': 'Could this be something for you?',
  'answer.about': 'This is about',
  'answer.about_gone': 'This is about something from one of our earlier mails.',
  'answer.choose': 'Your answer',
  'answer.send': 'Send answer',
  'answer.sending':
    'Your answer will be sent by itself in a moment. To say something else, simply choose it.',
  'answer.proven.yes': 'Yes, please',
  'answer.proven.call': 'Please call me',
  'answer.proven.no': 'Not for me',
  'answer.proven.later': 'Later',
  'answer.experimental.yes': 'Tell me more',
  'answer.experimental.later': 'Later',
  'answer.experimental.no': 'No',
  'answer.experimental.call': 'Please call me',

  'thanks.title': 'Thank you!',
  'thanks.noted': 'Noted: “{answer}”',
  'thanks.yes': 'We will get back to you with the details.',
  'thanks.call': 'We will call you.',
  'thanks.later': 'Fine, not now. Perhaps another time.',
  'thanks.no': 'Fine. We will not bring this up with you again.',
  'thanks.correct': 'Meant something else?',
  'thanks.close': 'You can close this window.',

  'stop.title': 'Unsubscribe',
  'stop.question': 'Would you rather not hear news from us any more?',
  'stop.address': 'We will then stop writing to {address}.',
  'stop.effect':
    'This takes effect at once, for all our news, with no further questions. You will still get messages about your orders.',
  'stop.button': 'Yes, unsubscribe',
  'stop.keep': 'Changed your mind? Simply close this window.',
  'stopped.title': 'You are unsubscribed',
  'stopped.effect': 'From now on you will get no more news from us.',
  'stopped.already': 'This address already gets no news from us. There is nothing more to do.',
  'stopped.address': 'This applies to {address}.',
  'stopped.undo_lead': 'Was that a slip?',
  'stopped.undo': 'Undo unsubscribing',
  'restored.title': 'All as before',
  'restored.effect': 'You are subscribed again. Every mail will offer you a way to unsubscribe.',
  'not_restored.title': 'That is no longer possible here',
  'not_restored.effect':
    'Unsubscribing can only be undone right afterwards. If you would like to hear from us again, let us know: a short call or mail is enough.',

  'preferences.title': 'Your preferences',
  'preferences.products': 'These are the products we have on record for you',
  'preferences.no_products': 'We have no product on record for you.',
  'preferences.why':
    'Our mails follow from it: you get developments of what you use, and now and then a new suggestion that goes with it.',
  'preferences.wrong':
    'Is something wrong? The list cannot be changed on this page. Tell us, and we will put it right.',
  'preferences.offers':
    'A suggestion is not for you? Answer “No” in the mail, and we will not come back to it.',
  'preferences.address': 'We write to {address}.',
  'preferences.stopped': 'We are not writing to you at the moment: this address is unsubscribed.',
  'preferences.stop_lead': 'No more news at all?',
  'preferences.stop': 'Unsubscribe',

  'again.title': 'Please confirm once',
  'again.answer': 'Your answer has almost reached us.',
  'again.click': 'Almost there.',
  'again.unsubscribe': 'Your wish to unsubscribe has almost reached us.',
  'again.preferences': 'What you entered has almost reached us.',
  'again.soon': 'That was faster than we can read. Please wait a moment longer.',
  'again.why':
    'Some companies have every mail checked by a program that opens all its links by itself. We only want to hear what you say yourself, so we ask this once.',
  'again.wait':
    'Please wait about three seconds and then press the button. That is all, and nothing that you entered is lost.',
  'again.button': 'Yes, that was me',

  'too_many.title': 'One moment, please',
  'too_many.text': 'A great many requests have just come from your connection. Please try again in a minute.',
  'erased.title': 'We have erased your data',
  'erased.text':
    'We no longer write to you, and there is nothing left here that you would have to change or unsubscribe from.',

  'sample.title': 'That was a preview',
  'sample.text':
    'This link comes from a preview or a test mail. Nothing was recorded and nothing was changed.',
  'invalid.title': 'This link leads nowhere',
  'invalid.text':
    'Perhaps a part of it was lost in copying. Please open it once more straight from the mail.',
  'invalid.stop':
    'Trying to unsubscribe without success? Reply to one of our mails or give us a call, and we will do it for you.',
  'expired.title': 'This link has expired',
  'expired.text': 'The mail it comes from was a long time ago. Our latest mail to you has a new one.',
  'unavailable.title': 'Not available right now',
  'unavailable.text': 'This is our fault, not yours. Please try again in a few minutes.',
  'missing.title': 'There is no such page',
  'missing.text': 'Please check the address.',
  'error.title': 'Something went wrong',
  'error.text': 'This is our fault, not yours. Please try again.',
};

// What the places of the console are called, in the menu and above each.
import { speak } from "../language.js";

export const placeName = speak({
  en: { campaigns: "Campaigns", dial: "New campaign", callbases: "Callbases", sounds: "Sounds", gateways: "Gateways", dnc: "Do not call", users: "Users", account: "My account" },
  ru: { campaigns: "Кампании", dial: "Новая кампания", callbases: "Базы", sounds: "Звуки", gateways: "Шлюзы", dnc: "Не звонить", users: "Пользователи", account: "Моя учётная запись" },
});
